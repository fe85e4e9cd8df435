"""Items from other systems, by the file: see README.md."""
