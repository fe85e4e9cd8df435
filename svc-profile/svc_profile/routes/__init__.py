"""URLs of svc-profile."""
