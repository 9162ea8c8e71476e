"""What the garbage collector need not look at."""

import gc


def spare_garbage_collector() -> None:
    """What is loaded by now lives as long as the process. To look through it again and again took a tenth of a second
    from whoever happened to be answered then (`python -m bench.pages`: lists of 200 cases, p95)."""
    gc.collect()
    gc.freeze()
