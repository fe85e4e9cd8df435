"""Parcels, pick-up and payments."""
