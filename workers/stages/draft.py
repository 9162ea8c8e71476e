"""What is known about a report on its way through the stages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from classify.model import Classification
from intake.filters import Verdict
from intake.mail.model import ParsedMail
from models.queue import Claimed
from routing.decide import Decision
from routing.threading import Conversation, Thread

# No conversation is as long. They are looked up in one query, and SQLite takes 32,766 values in one.
LIMIT_REFERENCES = 100


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the database says about a batch of mails."""

    own_message_ids: frozenset[str] = frozenset()
    conversation: Conversation = field(default_factory=Conversation)


@dataclass(frozen=True, slots=True)
class Draft:
    """One report and what the stages so far have said of it. Each field names its stage."""

    claimed: Claimed
    mail: ParsedMail = field(default=None)  # type: ignore[assignment]  # the first stage sets it
    knowledge: Knowledge = field(default_factory=Knowledge)
    verdict: Verdict = field(default_factory=Verdict)
    thread: Thread | None = None
    classification: Classification | None = None
    decision: Decision | None = None

    @property
    def message_ids(self) -> tuple[str, ...]:
        """The ids of the mails that this one answers, the nearest last; of very many only the nearest."""
        answered = (self.mail.in_reply_to,) if self.mail.in_reply_to else ()
        return (*self.mail.references[-LIMIT_REFERENCES:], *answered)


Stage = Callable[[Sequence[Draft]], list[Draft]]
