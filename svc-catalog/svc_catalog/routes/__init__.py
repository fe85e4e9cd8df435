"""URLs of svc-catalog."""
