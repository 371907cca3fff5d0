"""The read-only interface for programs: the pages' facts as JSON, under the pages' rules of who may see what."""
