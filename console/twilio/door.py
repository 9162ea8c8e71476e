"""What the webhooks need from the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Form = Mapping[str, str]
# (query, form) -> TwiML, or nothing where Twilio only tells us something. May raise Temporary.
Answer = Callable[[Form, Form], str]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a request to an address has: Sids that Twilio tells, and what our own URL brings back."""

    sids: tuple[str, ...] = ()
    query: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TwilioDoor:
    """The hotline as the web sees it. `tokens` sign what Twilio sends: the one in force, and while they are changed the
    one before. `answers` and what they need are by the path below `/twilio/`; no answer is asked without what it needs.

    `heard` are the paths whose answer a caller waits for. `moment` says "one moment" in a language and comes back to a
    URL; `give_up` says good-bye where that has not helped. `kept` names the parameters that Twilio sends but once.
    `start` begins to ask Twilio for what it could not tell, until `close`.
    """

    public_url: str
    tokens: tuple[str, ...]
    answers: Mapping[str, Answer]
    needs: Mapping[str, Needs]
    heard: frozenset[str]
    moment: Callable[[str, str, bool], str]
    give_up: Callable[[str], str]
    kept: tuple[str, ...]
    start: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None
