"""Every service under schemathesis: what the documents say is held against what the services answer, whatever is sent."""
