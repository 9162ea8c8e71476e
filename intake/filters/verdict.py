"""What a filter answers, and what it may know beside the mail."""

from dataclasses import dataclass

from intake.mail.bounce import Bounce
from models.values import Auto


@dataclass(frozen=True, slots=True)
class Known:
    """What the pipeline knows about one mail: envelope sender (RFC 5321), our addresses, our own messages among
    the ids that the mail mentions, and whether it bears a true stamp of ours itself."""

    mail_from: str | None = None
    own_addresses: frozenset[str] = frozenset()
    own_message_ids: frozenset[str] = frozenset()
    is_stamped: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail is. Not answering never means not recording.

    `outcome` names what it is where it opens no case of its own; `auto` is why no acknowledgement
    is due; `from_machine` says that no person wrote it; `bounce` is what came back.
    """

    outcome: str | None = None
    auto: Auto | None = None
    answer: bool = True
    from_machine: bool = False
    because: str = "an ordinary mail from a person"
    bounce: Bounce | None = None

    @property
    def opens_case(self) -> bool:
        return self.outcome is None

    @property
    def bounced_ids(self) -> tuple[str, ...]:
        """The Message-IDs of what came back for good; a delay is none of it."""
        return self.bounce.original_ids if self.bounce and not self.bounce.is_delay else ()
