"""Whose network address a request comes from."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from fastapi import Request


def address_of(request: Request, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """The peer's, or whom it forwards for when the peer is one of our own proxies."""
    peer = request.client.host if request.client else ""
    if not _within(peer, trusted):
        return peer
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded or peer


def _within(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
