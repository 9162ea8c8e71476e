"""The rows of the report: what is measured, against what, and what is to be reached."""

from collections.abc import Callable

from bench.figures import Extent, Found
from bench.rows import classification, growth, imap, intake, memory, pipeline, slow_disk, startup

ROWS: dict[str, Callable[[Extent], Found]] = {
    "intake": intake.run,
    "slow-disk": slow_disk.run,
    "imap": imap.run,
    "pipeline": pipeline.run,
    "classification": classification.run,
    "memory": memory.run,
    "growth": growth.run,
    "startup": startup.run,
}
