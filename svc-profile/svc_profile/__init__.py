"""One person's view of OneDoor."""
