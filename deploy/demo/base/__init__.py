"""What the department programs share: settings, keys, a database file, a web application with faults on command."""
