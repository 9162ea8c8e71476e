"""The words of the reports to customers, by language, and how times are written in them."""

import tomllib
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from models.values import Language
from routing.acknowledge import TOLD

# The promises that a customer hears of; the other clocks are the desk's own.
PROMISED = ("first_reply", *TOLD, "next_update")


class Words:
    """The words of one language. `words["draft"]` is a sentence or a label; `of` names a thing in a table."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._words = _read()[language]

    def __getitem__(self, key: str) -> str:
        found = self._words[key]
        assert isinstance(found, str)
        return found

    def of(self, table: str, key: str) -> str:
        """The name of `key`; what no table knows is written as it is, with blanks."""
        return str(self._words[table].get(key, key.replace("_", " ").replace("-", " ")))

    @property
    def days(self) -> list[str]:
        """The weekdays, Monday first."""
        return list(self._words["week"]["days"])

    def duration(self, span: timedelta | None) -> str:
        """Hours and minutes; never days, which are long or short in working time."""
        if span is None:
            return "–"
        hours, minutes = divmod(round(span.total_seconds() / 60), 60)
        return self["duration" if hours else "short_duration"].format(hours=hours, minutes=minutes)

    def share(self, share: float | None) -> str:
        return "–" if share is None else f"{share:.0%}"

    def interval(self, found: tuple[float, float] | None) -> str:
        return "–" if found is None else f"{found[0]:.0%} – {found[1]:.0%}"


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    return "–" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


@lru_cache
def _read() -> dict[str, dict[str, Any]]:
    text = (resources.files("workers.reports") / "templates" / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
