"""The event bus: one small interface, and the transports that keep it."""

from chassis.bus.errors import BusError, BusUnavailable, LeaseLost, MessageRefused, MessageTooLarge, TopicsMissing
from chassis.bus.interface import MAX_VALUE_BYTES, Bus, Message, Received, Subscription
from chassis.bus.postgres_log.schema import prepare
from chassis.bus.transports import open_bus

__all__ = [
    "MAX_VALUE_BYTES",
    "Bus",
    "BusError",
    "BusUnavailable",
    "LeaseLost",
    "Message",
    "MessageRefused",
    "MessageTooLarge",
    "Received",
    "Subscription",
    "TopicsMissing",
    "open_bus",
    "prepare",
]
