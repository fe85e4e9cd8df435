"""What is there when the work begins stays: the collector need not go through it again and again, and everything stand still."""

import gc


def spare_what_is_there() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
