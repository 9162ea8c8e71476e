"""Where a call stands. It is kept as JSON in a part of the report, so that any process can go on with it."""

import json
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from models.values import Language


class Step(StrEnum):
    """What the caller is asked at the moment, or what is looked up for him."""

    CALLER = "caller"  # looked up: who calls from this number
    LANGUAGE = "language"
    COMPANY = "company"
    CONTRACT = "contract"
    PARTY = "party"  # looked up: whose contract or site number that is
    MENU = "menu"
    STOPPED = "stopped"
    DESCRIBE = "describe"
    MORE = "more"
    RECORD = "record"
    NAME = "name"
    NAME_RIGHT = "name-right"
    CALL_BACK = "call-back"
    NUMBER = "number"
    NUMBER_RIGHT = "number-right"
    OPENING = "opening"  # looked up: whether the case is there
    WAIT = "wait"
    TOLD = "told"
    LATE = "late"
    CONNECT = "connect"
    PROMISE = "promise"
    CASE = "case"
    FIND_CASE = "find-case"  # looked up: the case of that number
    PROOF = "proof"
    STATE = "state"
    GOODBYE = "goodbye"
    OVER = "over"


def spoken_for(language: str) -> Language:
    """The language that is spoken for one that is written; before one was chosen the first."""
    return Language.ENGLISH if language == Language.ENGLISH else Language.SIMPLIFIED


LOOKED_UP = frozenset({Step.CALLER, Step.PARTY, Step.OPENING, Step.FIND_CASE})


class Kind(StrEnum):
    """What a caller wants, by the key he pressed."""

    FAULT = "fault"
    PERSON = "person"
    QUESTION = "question"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a number is known to belong to. `language` and `contact` may be unknown; `number` is that of the contract or
    site that was given, as it is written."""

    customer_id: int | None = None
    company: str = ""
    contact: str = ""
    language: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class CaseView:
    """What a caller may hear of a case. `due` is the next deadline as it is spoken, empty where there is none."""

    case_id: int
    number: str
    state: str
    level: int
    due: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `turn` counts the prompts that were given; an answer to another turn than this one is an old one.

    `caller` is in E.164, or empty where it is withheld. `said` is what was told, in order, `asides` what was said
    where something else was asked, `recordings` the RecordingSids. `trouble` names the sentence that says why the
    same is asked again. `is_known` says that the number is the customer's, `is_denied` that he calls for another one.
    `contract` is what he gave when asked who calls, known to us or not, `proof` what he gave to hear of a case,
    `guesses` counts the cases that were not his. `asked_for` is the number of the case that he wants to hear of,
    `on_call` are the numbers still to be tried, `left` is where he hung up.
    """

    sid: str
    caller: str = ""
    called: str = ""
    language: str = Language.SIMPLIFIED
    step: Step = Step.CALLER
    turn: int = 0
    tries: int = 0
    trouble: str = ""
    party: Party = Party()
    is_known: bool = False
    is_denied: bool = False
    entry: str = ""
    contract: str = ""
    proof: str = ""
    guesses: int = 0
    kind: Kind | None = None
    is_stopped: bool | None = None
    said: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    name: str = ""
    phone: str = ""
    wants_person: bool = False
    wants_call_back: bool = False
    is_promised: bool = False
    polls: int = 0
    case_id: int | None = None
    case_number: str = ""
    level: int | None = None
    is_told: bool = False
    is_texted: bool = False
    on_call: tuple[str, ...] = ()
    accepted_by: str = ""
    asked_for: str = ""
    status: CaseView | None = None
    adds_to: int | None = None
    is_over: bool = False
    left: Step | None = None

    @property
    def is_english(self) -> bool:
        return self.language == Language.ENGLISH

    @property
    def has_report(self) -> bool:
        """True where the caller has told something that a person has to look at."""
        told = self.said or (self.asides and self.status is None)
        return bool(told or self.recordings or self.wants_person or self.wants_call_back)

    @property
    def is_ready(self) -> bool:
        """True from when the report can be processed: nothing more is asked that belongs into it."""
        return self.is_over or self.step in _AFTERWARDS

    def at(self, step: Step, **changes: Any) -> "Call":
        """The call at another step, where nobody has failed to answer yet."""
        return replace(self, step=step, tries=0, **({"trouble": ""} | changes))

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()


_AFTERWARDS = frozenset({Step.OPENING, Step.WAIT, Step.TOLD, Step.LATE, Step.CONNECT, Step.PROMISE})


def from_json(content: bytes) -> Call:
    """The call that was kept; what a later version has added is left out."""
    stored = json.loads(content)
    known = {field.name for field in fields(Call)}
    values = {name: value for name, value in stored.items() if name in known}
    values["step"] = Step(values["step"])
    values["left"] = Step(values["left"]) if values.get("left") else None
    values["kind"] = Kind(values["kind"]) if values.get("kind") else None
    values["party"] = Party(**values.get("party", {}))
    values["status"] = CaseView(**values["status"]) if values.get("status") else None
    for name in ("said", "asides", "recordings", "on_call"):
        values[name] = tuple(values.get(name, ()))
    return Call(**values)
