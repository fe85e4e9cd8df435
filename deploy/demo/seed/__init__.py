"""Furnishes OneDoor with the demo city, through the services' own interfaces. Safe to repeat."""
