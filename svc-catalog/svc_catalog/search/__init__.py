"""Search by any part of a name: see README.md."""
