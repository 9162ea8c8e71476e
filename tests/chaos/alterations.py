"""What is different inside a process of the product while it is broken on purpose.

The product has no switch for any of this: functions of it are replaced at the start of the process, before anything is
imported from them. Its environment says by CHAOS which, as `name` or `name=value`, with `;` between:

- `clock=FILE`: the time is the real one, put forward by what stands in the file;
- `hang=SECONDS`: a mail that says HANGS takes so long to read;
- `hold=FILE`: who is the first to read a mail that says HELD writes the name of his folder to the file, and goes on
  when there is a FILE.go;
- `limit=SECONDS`: the time limit of a batch;
- `without=SAFEGUARD`: one of `tests.chaos.safeguards` is off.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from tests.waiting import wait_until

HANGS = "This report hangs whoever reads it"
HELD = "This report is held back"
_HELD_SECONDS = 600.0  # nobody lets him go any more


def apply(alterations: str) -> None:
    """Replace what these alterations are about."""
    for alteration in filter(None, alterations.split(";")):
        name, _, value = alteration.partition("=")
        _ALL[name](value)


def put(owner: object, name: str, new: object) -> None:
    """Replace an attribute of a module or a class."""
    setattr(owner, name, new)


def _clock(path: str) -> None:
    from tests.simulation.moved_clock import MovedClock  # noqa: PLC0415 - only where it is needed: each start is waited for
    from workers import basics  # noqa: PLC0415

    moved = MovedClock(Path(path))

    class Shifted(datetime):
        @classmethod
        def now(cls, zone: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(zone) + (moved() - datetime(1970, 1, 1, tzinfo=UTC))

    put(basics, "datetime", Shifted)


def _hang(seconds: str) -> None:
    def hang(drafts: Sequence[Any]) -> None:
        if _any_says(HANGS, drafts):
            time.sleep(float(seconds))

    _before_parsing(hang)


def _hold(path: str) -> None:
    file, go = Path(path), Path(f"{path}.go")

    def hold(drafts: Sequence[Any]) -> None:
        if not _any_says(HELD, drafts):
            return
        with suppress(FileExistsError):
            with file.open("x") as held:
                held.write(Path.cwd().name)
            wait_until(go.exists, _HELD_SECONDS)

    _before_parsing(hold)


def _any_says(words: str, drafts: Sequence[Any]) -> bool:
    return any(words.encode() in draft.claimed.content for draft in drafts)


def _before_parsing(act: Callable[[Sequence[Any]], object]) -> None:
    from workers.stages import parse  # noqa: PLC0415

    real = parse.run

    def slowly(drafts: Sequence[Any]) -> Any:
        act(drafts)
        return real(drafts)

    put(parse, "run", slowly)


def _limit(seconds: str) -> None:
    from workers import runner  # noqa: PLC0415

    put(runner, "LIMIT_SECONDS", float(seconds))


def _without(name: str) -> None:
    from tests.chaos import safeguards  # noqa: PLC0415

    safeguards.OFF[name]()


_ALL: dict[str, Callable[[str], None]] = {
    "clock": _clock,
    "hang": _hang,
    "hold": _hold,
    "limit": _limit,
    "without": _without,
}
