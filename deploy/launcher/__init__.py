"""The one-machine launcher: PostgreSQL, every service and the demo city, supervised, from one command."""
