"""What others' tools say of the generated documents: `python -m tests.contracts.judges` (`make check-contracts`)."""
