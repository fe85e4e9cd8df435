"""A log of messages in PostgreSQL: fixed partitions, dense positions, leased consumers. The embedded default."""
