"""The access ledger: append-only, a hash chain in each shard, heads signed and published every hour."""

from svc_sharing.ledger.book import Access, record

__all__ = ["Access", "record"]
