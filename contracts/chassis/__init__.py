"""How every service keeps what `contracts` promises: one transaction, an outbox, an inbox, jobs, tokens, problems."""
