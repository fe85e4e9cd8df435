"""Requests and answers of svc-catalog."""
