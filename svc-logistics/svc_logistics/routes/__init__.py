"""URLs of svc-logistics."""
