"""The reports that are played, and how each has to end."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
NO_ADDRESS = "it names no address to answer to"


@dataclass(frozen=True, slots=True)
class Played:
    """One mail of the list, as it is sent, and how it should end."""

    file: str
    mail_from: str
    rcpt_to: str
    ends: str
    why: str | None
    level: int | None
    category: str | None


def played() -> list[Played]:
    """The mails of fixtures/demo.toml in order."""
    entries = tomllib.loads((FIXTURES / "demo.toml").read_text(encoding="utf-8"))["report"]
    return [
        Played(
            file=entry["file"],
            mail_from=entry["mail_from"],
            rcpt_to=entry["rcpt_to"],
            ends=entry["ends"],
            why=entry.get("why"),
            level=entry.get("level"),
            category=entry.get("category"),
        )
        for entry in entries
    ]


def has_ended(report: dict[str, Any]) -> bool:
    """The report has its outcome, and its acknowledgement, where one is due, has gone out."""
    if report["outcome"] is None:
        return False
    case = report["case"]
    return report["outcome"] != "case" or case["acknowledged_at"] is not None or _withheld(report)


def _withheld(report: dict[str, Any]) -> bool:
    return report["auto"] is not None or report["outcome_because"] == NO_ADDRESS


def is_right(mail: Played, report: dict[str, Any]) -> bool:
    """The report ended as it should: acknowledged, or recorded and rightly unanswered."""
    if report["state"] != "done":
        return False
    acknowledged = bool(report["case"] and report["case"]["acknowledged_at"])
    if mail.ends == "acknowledged":
        return acknowledged
    expected = None if mail.why == "no-address" else mail.why
    return not acknowledged and report["auto"] == expected
