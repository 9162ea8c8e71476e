"""What happens in a call: what the caller does, and what was looked up for him."""

from dataclasses import dataclass

from intake.hotline.call import CaseView, Party


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys that were pressed."""

    keys: str


@dataclass(frozen=True, slots=True)
class Speech:
    """What was understood; `confidence` is 0 to 1."""

    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was pressed or said in time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message was recorded; no RecordingSid where nothing was said after the tone."""

    recording_sid: str = ""


@dataclass(frozen=True, slots=True)
class Dialled:
    """The call to somebody of ours is over, or was not taken; `is_connected` may be True where nobody pressed 1."""

    is_connected: bool = True


@dataclass(frozen=True, slots=True)
class Accepted:
    """Somebody of ours has pressed 1: a mailbox does not."""

    phone: str


@dataclass(frozen=True, slots=True)
class Continue:
    """The caller has waited a moment, and the call comes back."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call is over."""


@dataclass(frozen=True, slots=True)
class CallerFound:
    """Who calls from this number, or whose contract that is; None where nobody knows."""

    party: Party | None


@dataclass(frozen=True, slots=True)
class PartyFound:
    """Whose contract or site number was given; None where there is none of it."""

    party: Party | None


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """The report is a case; `on_call` are the numbers of those on call for it, the first to be tried first.
    `is_texted`: its number goes out as a text message, too."""

    case_id: int
    number: str
    level: int
    on_call: tuple[str, ...] = ()
    is_texted: bool = False


@dataclass(frozen=True, slots=True)
class NotYet:
    """The case is not there yet."""


@dataclass(frozen=True, slots=True)
class CaseFound:
    """The case of the number that was given; `is_theirs` where it is the customer's that calls. None: there is none,
    or it is somebody else's."""

    view: CaseView | None
    is_theirs: bool = False


Event = (
    Digits
    | Speech
    | Silence
    | Recorded
    | Dialled
    | Accepted
    | Continue
    | HangUp
    | CallerFound
    | PartyFound
    | CaseOpened
    | NotYet
    | CaseFound
)
