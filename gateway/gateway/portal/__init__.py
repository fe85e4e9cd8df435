"""What people see: view models in, pages out. Nothing here calls a service."""
