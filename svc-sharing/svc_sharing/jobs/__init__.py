"""Work that calls out of OneDoor."""
