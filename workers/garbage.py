"""When the garbage collector looks, and what it need not look at."""

import gc

# New objects after which it looks for some. What is being loaded is none.
_WHILE_LOADING, _USUAL = (20_000, 100, 100), gc.get_threshold()


def collect_seldom() -> None:
    """While much is imported or built, which stays: a seventh of a start went into looking through it."""
    gc.set_threshold(*_WHILE_LOADING)


def spare_garbage_collector() -> None:
    """What is loaded by now lives as long as the process. To look through it again and again took a tenth of a second
    from whoever happened to be answered then (`python -m bench.pages`: lists of 200 cases, p95)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_USUAL)
