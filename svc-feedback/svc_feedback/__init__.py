"""Ratings (好差评) and work orders."""
