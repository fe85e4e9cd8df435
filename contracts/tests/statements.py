"""What a service says to its database."""

from chassis.testing import heard

__all__ = ["heard"]
