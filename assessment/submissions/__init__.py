"""What is reported for a period and by whom: claimed, verified, validated, with evidence."""
