"""The menu as a diagram, drawn from what the menu does and not from what somebody remembers of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.hotline.call import LOOKED_UP, Call, CaseView, Kind, Party, Step
from intake.hotline.events import (
    CallerFound,
    CaseFound,
    CaseOpened,
    Continue,
    Dialled,
    Digits,
    Event,
    NotYet,
    PartyFound,
    Recorded,
    Silence,
    Speech,
)
from intake.hotline.menu import advance
from models.values import Language

_PARTY = Party(1, "Harbour Foods", "Ann Lee", "en")
_VIEW = CaseView(1, "FL-000001", "new", 2)
_ELSE = "anything else, twice"
_SPEECH = Speech("the array is offline")
_BASE = Call("CA1", "+8613800138000", language=Language.ENGLISH, kind=Kind.FAULT)


@dataclass(frozen=True, slots=True)
class Try:
    """What is tried at a step: the call there, and by name the events."""

    call: Call
    events: dict[str, Event]


def _tries() -> Sequence[Try]:
    at = _BASE.at
    keys: dict[str, Event] = {key: Digits(key) for key in ("1", "2", "3", "4", "9", "#")}
    said: dict[str, Event] = {"speech": _SPEECH, "silence": Silence()}
    entry: dict[str, Event] = {"a number": Digits("13800138000"), "0 #": Digits("0"), "9 #": Digits("9")}
    found: dict[Step, dict[str, Event]] = {
        Step.CALLER: {"known number": CallerFound(_PARTY), "unknown": CallerFound(None)},
        Step.PARTY: {"found": PartyFound(_PARTY), "not found": PartyFound(None)},
        Step.FIND_CASE: {"theirs": CaseFound(_VIEW, True), "no proof": CaseFound(None)},
        Step.OPENING: {"case number": CaseOpened(1, "FL-000001", 3), "not yet": NotYet()},
        Step.RECORD: {"message": Recorded("RE1"), "nothing said": Silence()},
        Step.WAIT: {"a moment later": Continue()},
        Step.CONNECT: {"nobody pressed 1": Dialled()},
        Step.CONTRACT: entry,
        Step.NUMBER: entry,
        Step.CASE: entry,
        Step.PROOF: entry,
        Step.DESCRIBE: {"speech": _SPEECH, "#": Digits("#"), "9": Digits("9")},
        Step.MORE: {**said, "#": Digits("#"), "9": Digits("9")},
    }
    tries = [Try(at(step, entry="1"), found.get(step, {**keys, **said})) for step in Step if step is not Step.OVER]
    return [
        *tries,
        Try(at(Step.DESCRIBE, kind=Kind.PERSON), {"a person is wanted": _SPEECH}),
        Try(at(Step.TOLD, level=1, on_call=("+8613700000001",)), {"level 1": Silence()}),
        Try(at(Step.TOLD, level=1), {"level 1, nobody on call": Silence()}),
        Try(at(Step.CONNECT, accepted_by="+8613700000001"), {"1 pressed": Dialled()}),
        Try(at(Step.OPENING, polls=10), {"too long": NotYet()}),
        Try(at(Step.FIND_CASE, proof="4711", entry="1"), {"not theirs": CaseFound(None)}),
    ]


def mermaid() -> str:
    """The diagram as Mermaid text. Moves that only ask the same again are left out."""
    moves: dict[tuple[Step, Step], list[str]] = {}
    for tried in _tries():
        for name, event in tried.events.items():
            after = advance(tried.call, event)
            if after.step is tried.call.step and after.step not in LOOKED_UP:
                after, name = advance(after, event), _ELSE
            if after.step is not tried.call.step:
                names = moves.setdefault((tried.call.step, after.step), [])
                if name not in names:
                    names.append(name)
    lines = ["flowchart TD"]
    lines += [f"    {_id(step)}{_box(step)}" for step in Step]
    lines += [f"    {_id(a)} -->|{_label(names)}| {_id(b)}" for (a, b), names in moves.items()]
    return "\n".join(lines) + "\n"


def _id(step: Step) -> str:
    return step.replace("-", "_")


def _box(step: Step) -> str:
    return f"{{{{{step}}}}}" if step in LOOKED_UP else f"[{step}]"


def _label(names: Sequence[str]) -> str:
    return '"' + ", ".join(names) + '"'
