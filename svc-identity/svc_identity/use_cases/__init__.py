"""What svc-identity does, by noun. Each function is one step; the edge opens and commits the transaction."""
