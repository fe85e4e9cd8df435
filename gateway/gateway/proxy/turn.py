"""Requests on one connection take turns: each is answered before the next one starts."""

from typing import Protocol

from gateway.proxy.problems import Problem


class Turn(Protocol):
    """`keep_alive`: whether another request may follow on the connection."""

    keep_alive: bool

    def start(self) -> None:
        """The answers before this one are complete."""

    def received(self, data: bytes) -> None:
        """A piece of the request's body. It may come before the start."""

    def closed(self) -> None:
        """The request is complete. It may come before the start."""

    def refuse(self, problem: Problem) -> None:
        """The rest of the request cannot be taken."""

    def disconnected(self) -> None:
        """The client has gone."""

    def client_full(self) -> None:
        """The client reads more slowly than the answer arrives."""

    def client_drained(self) -> None: ...

    def expired(self) -> None:
        """The deadline that the turn has set on the connection has passed."""
