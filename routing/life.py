"""The life of a case: which state may follow which, and which promises an event keeps."""

from typing import get_args

from models.values import CaseState
from routing.profile import Profile
from routing.rules import Event, Start

S = CaseState
_WORK = (S.ACCEPTED, S.IN_PROGRESS, S.WAITING, S.RECOVERED, S.SOLVED, S.CLOSED)
# A desk may be quicker than its scheme: what lies ahead can be reached at once, what lies behind only as written here.
NEXT: dict[CaseState, frozenset[CaseState]] = {
    S.NEW: frozenset({S.ACKNOWLEDGED, *_WORK}),
    S.ACKNOWLEDGED: frozenset(_WORK),
    S.ACCEPTED: frozenset({S.ACKNOWLEDGED, *_WORK} - {S.ACCEPTED}),
    S.IN_PROGRESS: frozenset({S.WAITING, S.RECOVERED, S.SOLVED, S.CLOSED}),
    S.WAITING: frozenset({S.IN_PROGRESS, S.RECOVERED, S.SOLVED, S.CLOSED}),
    S.RECOVERED: frozenset({S.IN_PROGRESS, S.WAITING, S.SOLVED, S.CLOSED}),
    S.SOLVED: frozenset({S.IN_PROGRESS, S.CLOSED}),
    S.CLOSED: frozenset({S.ACKNOWLEDGED}),
}

# Near or at its end: who leaves these for an earlier state has not been helped yet.
LATE = frozenset({S.RECOVERED, S.SOLVED, S.CLOSED})

# What has happened when a case comes into a state.
EVENT_OF: dict[CaseState, Event] = {
    S.ACKNOWLEDGED: "acknowledged",
    S.ACCEPTED: "accepted",
    S.IN_PROGRESS: "begun",
    S.WAITING: "accepted",  # who asks the customer has taken the case
    S.RECOVERED: "recovered",
    S.SOLVED: "solved",
    S.CLOSED: "closed",
}

_ALL: frozenset[Event] = frozenset(get_args(Event))
# What an event says has happened too, or is needed no more: a fault that is over needs neither a visit nor a part.
_IMPLIES: dict[Event, frozenset[Event]] = {
    "acknowledged": frozenset({"acknowledged"}),
    "accepted": frozenset({"accepted"}),
    "replied": frozenset({"replied", "acknowledged"}),
    "begun": frozenset({"begun", "accepted"}),
    "on-site": frozenset({"on-site", "begun", "accepted"}),
    "delivered": frozenset({"delivered"}),
    "recovered": _ALL - {"solved", "closed", "replied", "acknowledged"},
    "solved": _ALL - {"closed"},
    "closed": _ALL,
}

_USUAL: dict[str, Event] = {
    "first_reply": "acknowledged",
    "call_out": "accepted",
    "respond": "accepted",
    "second_line_accept": "accepted",
    "status_reply": "replied",
    "next_update": "replied",
    "call_back": "replied",
    "progress": "begun",
    "on_site": "on-site",
    "spare_part": "delivered",
    "escalate": "recovered",
    "solve_online": "recovered",
    "confirm": "closed",
    "close": "closed",
}


def met_by(profile: Profile, clock: str) -> Event:
    """The event that keeps the promise of this clock: as its rule says, else the usual one of its name, else that the
    case is solved."""
    return _said(profile, clock) or _USUAL.get(clock, "solved")


def has_event(profile: Profile, clock: str) -> bool:
    """False where the case has to be solved because nobody has said what else keeps the promise of this clock."""
    return clock == "solve" or clock in _USUAL or _said(profile, clock) is not None


def _said(profile: Profile, clock: str) -> Event | None:
    return next((rule.met_by for rule in profile.clocks if rule.name == clock and rule.met_by), None)


def keeps(profile: Profile, clock: str, event: Event) -> bool:
    """True where `event` keeps, or makes needless, the promise of this clock."""
    return met_by(profile, clock) in _IMPLIES[event]


def happened(state: CaseState) -> frozenset[Event]:
    """What has happened to a case in that state, or is needed no more."""
    event = EVENT_OF.get(state)
    return _IMPLIES[event] if event is not None else frozenset()


def started_by(profile: Profile, clock: str) -> Start:
    """The event that starts this clock."""
    return next((rule.starts for rule in profile.clocks if rule.name == clock), "received")


def repeats(profile: Profile, clock: str) -> bool:
    """True where the clock starts again when its promise was kept."""
    return any(rule.repeats for rule in profile.clocks if rule.name == clock)


def may_follow(state: CaseState, then: CaseState) -> bool:
    return then in NEXT[state]
