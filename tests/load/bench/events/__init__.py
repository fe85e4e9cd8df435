"""Events under measurement: a service that says them through its outbox, another that hears them through its inbox."""
