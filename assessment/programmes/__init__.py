"""What is assessed and by which rule: programmes, schemes, responsibility letters, periods."""
