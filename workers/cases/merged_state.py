"""How two cases were before one went into the other, as it is kept with the merge: to take it out again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from models.tables import CaseRow, ClockRow
from workers.cases.clocks import COPIED

_TIMES = ("starts_at", "due_at", "paused_at", "breached_at")


@dataclass(frozen=True, slots=True)
class Before:
    """`state` to `clocks` are those of the case that went. The rest says of the surviving one what its level was,
    whether its clocks were changed, and whether it was accepted, or asked for consent, by the merge alone. `late` are
    the ids of the clocks that the merge ended as late."""

    state: str
    closed_at: str | None
    solved_at: str | None
    consent: str | None
    needs_review: bool
    clocks: list[dict[str, Any]]
    into_level: int
    is_replanned: bool = False
    is_accepted: bool = False
    is_asked: bool = False
    late: list[int] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def before(case: CaseRow, into: CaseRow) -> Before:
    return Before(
        state=case.state,
        closed_at=_text(case.closed_at),
        solved_at=_text(case.solved_at),
        consent=case.consent,
        needs_review=case.needs_review,
        clocks=[_kept(row) for row in case.clocks if row.met_at is None],
        into_level=into.level,
    )


def restore(case: CaseRow, was: Before) -> Sequence[ClockRow]:
    """Bring the case back to how it was; returns the clocks that are to run again."""
    case.merged_into = None
    case.state, case.consent, case.needs_review = was.state, was.consent, was.needs_review
    case.closed_at, case.solved_at = moment(was.closed_at), moment(was.solved_at)
    return [ClockRow(**{name: _read(name, kept[name]) for name in COPIED}) for kept in was.clocks]


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _kept(row: ClockRow) -> dict[str, Any]:
    return {name: _text(getattr(row, name)) if name in _TIMES else getattr(row, name) for name in COPIED}


def _read(name: str, value: Any) -> Any:
    return moment(value) if name in _TIMES else value


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
