"""What svc-catalog does. Each function is one step; the edge opens and commits the transaction."""
