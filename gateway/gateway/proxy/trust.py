"""Who the client is, when other proxies stand before the gateway."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network

from gateway.proxy.request import Request


class Trust:
    """Only peers in these networks are believed about whom they speak for."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = [ip_network(network) for network in networks]
        self._believes = lru_cache(maxsize=4096)(self._looked_up)

    def origin(self, peer: str, secure: bool, request: Request) -> tuple[str, bool]:
        """The client's address and whether it came by TLS: the last address on the way that is not one of ours."""
        if not self._networks or not self._believes(peer):
            return peer, secure
        client = peer
        for hop in reversed(request.forwarded_for.decode("latin-1").split(",")):
            if not is_address(hop.strip()):
                break
            client = hop.strip()
            if not self._believes(client):
                break
        return client, request.forwarded_proto == b"https" if request.forwarded_proto else secure

    def _looked_up(self, address: str) -> bool:
        return is_address(address) and any(ip_address(address) in network for network in self._networks)


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
