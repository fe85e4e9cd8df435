"""Whoever carries little at a time waits a moment while there is more to come: half as many turns carry the same.

What comes after a pause is carried at once, so an idle house is as quick as ever; a busy one makes nobody wait for more than
twice a turn, and turns that carry much follow each other without a rest.
"""

FEW = 3
LONGEST_REST = 0.05


def rest_after(carried: int, took: float) -> float:
    """The seconds to rest after a turn that took so long and carried so many."""
    return min(took, LONGEST_REST) if 0 < carried < FEW else 0.0
