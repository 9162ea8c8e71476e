"""What is known about a report on its way through the stages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from classify.entities import Entity
from classify.model import Classification
from intake.filters import Verdict, auto_generated
from intake.hotline.spoken import Spoken
from intake.mail.alarm import Alarm
from intake.mail.model import Address, ParsedMail
from intake.trust.verdict import Trust
from models.queue import Claimed
from routing.decide import Decision
from routing.entitlement import Party
from routing.serving import Serving
from routing.threading import Conversation, Link, Thread

# No conversation is as long. They are looked up in one query, and SQLite takes 32,766 values in one.
LIMIT_REFERENCES = 100
_FIRST_REFERENCES = 10


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the database says about a batch of mails; `staff` are those of their senders whom the directory has as
    ours."""

    own_message_ids: frozenset[str] = frozenset()
    conversation: Conversation = field(default_factory=Conversation)
    staff: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """One report and what the stages so far have said of it. Each field names its stage; `stamps` are the ids of the
    messages of ours that it holds a copy of, `entities` stand in `searched`. `also_named` are cases that an addition to
    another one is about as well. `added` is what the own words of a grave addition say, without its subject and what it
    quotes. `spoken` is what came by telephone, `audio` its recording, content type and bytes; `later` says that it
    cannot be processed yet, and when to try again.
    """

    claimed: Claimed
    mail: ParsedMail = field(default=None)  # type: ignore[assignment]  # the first stage sets it
    knowledge: Knowledge = field(default_factory=Knowledge)
    trust: Trust = field(default_factory=Trust)
    stamps: tuple[str, ...] = ()
    spoken: Spoken | None = None
    audio: tuple[str, bytes] | None = None
    later: timedelta | None = None
    verdict: Verdict = field(default_factory=Verdict)
    alarm: Alarm | None = None
    by_staff: bool = False
    thread: Thread | None = None
    link: Link | None = None
    also_named: tuple[int, ...] = ()
    classification: Classification | None = None
    added: Classification | None = None
    entities: tuple[Entity, ...] = ()
    party: Party | None = None
    serving: Serving | None = None
    decision: Decision | None = None

    @property
    def message_ids(self) -> tuple[str, ...]:
        """The ids of the mails that this one answers or shows, the nearest last; of very many the nearest, and those
        with which the thread began: these may be ours."""
        answered = (self.mail.in_reply_to,) if self.mail.in_reply_to else ()
        begun, nearest = self.mail.references[:_FIRST_REFERENCES], self.mail.references[_FIRST_REFERENCES:]
        return (*begun, *nearest[_FIRST_REFERENCES - LIMIT_REFERENCES :], *self.stamps, *answered)

    @property
    def reported_by(self) -> str | None:
        """The address or the number that it came from, as it is."""
        if self.spoken is not None:
            return self.spoken.caller or None
        return self.mail.sender.address if self.mail.sender else None

    @property
    def searched(self) -> str:
        """The text that is searched for names and numbers."""
        return f"{self.mail.subject}\n{self.mail.text}"

    @property
    def reporter(self) -> Address | None:
        """Whose report it is: of a customer's mail that our staff passes on, the customer's; of a web site's form, its
        visitor's."""
        passed_on = self.mail.forwarded if self.by_staff else None
        return passed_on.sender if passed_on else self.visitor or self.mail.sender

    @property
    def visitor(self) -> Address | None:
        """Who says that he has filled in a web site's form."""
        return None if self.verdict.from_machine else auto_generated.visitor(self.mail)

    @property
    def answer_to(self) -> Address | None:
        """Whom an answer goes to. A customer named in a forwarded mail is written to only where our staff is
        proven to have sent it: else anybody could have us write to anybody."""
        if self.by_staff and self.mail.forwarded and self.trust.verdict == "pass":
            return self.mail.forwarded.sender
        return self.mail.answer_to


Stage = Callable[[Sequence[Draft]], list[Draft]]

# What traces call those stages that answer more than one question.
_NAMES = {"judge": "filter and thread", "look": "look up", "telephone": "hear", "route": "decide"}


def name_of(stage: Stage) -> str:
    """What a stage does, in a word or two: the name of its module, or its own where that has several."""
    made = getattr(stage, "func", stage)
    name = str(getattr(made, "__name__", type(made).__name__))
    name = made.__module__.rpartition(".")[2] if name == "run" else name
    return _NAMES.get(name, name)
