"""URLs, by noun."""
