"""Backups: one file with the database, the files and a manifest; made, checked, and laid back into place."""
