"""Request and answer bodies, by noun."""
