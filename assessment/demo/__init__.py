"""The examples: their files and how they are played."""
