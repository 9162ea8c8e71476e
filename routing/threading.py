"""Which case a mail belongs to. A stranger's mail must not land in it, so each way needs a proof."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from routing import token


@dataclass(frozen=True, slots=True)
class MailKeys:
    """What a mail shows of the conversation it belongs to. Addresses are case-folded."""

    subject: str
    recipients: tuple[str, ...]
    references: tuple[str, ...]
    sender: str | None


@dataclass(frozen=True, slots=True)
class Parent:
    """An earlier mail: the report or case it led to, and who had sent it (None: we had)."""

    case_id: int | None
    report_id: str | None
    sender: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is stored about the cases and mails that a batch of mails mentions."""

    case_ids: frozenset[int] = frozenset()
    by_message_id: Mapping[str, Parent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thread:
    """The case, or the report in the same batch, that a mail belongs to, and why."""

    parent: Parent
    because: str


def mentioned_cases(mail: MailKeys, key: bytes) -> list[int]:
    """The ids of the cases whose tokens the mail shows, in its addresses first."""
    return [case_id for text in (*mail.recipients, mail.subject) for case_id in token.find(text, key)]


def thread(mail: MailKeys, conversation: Conversation, key: bytes) -> Thread | None:
    """The conversation `mail` belongs to, or None where it starts one.

    A valid token or an answer to a message of ours is proof enough: both carry a secret. An answer
    to a customer's mail counts only from that customer.
    """
    for case_id in mentioned_cases(mail, key):
        if case_id in conversation.case_ids:
            return Thread(Parent(case_id, None, None), "it shows the case's token")
    for reference in reversed(mail.references):
        parent = conversation.by_message_id.get(reference)
        if parent is None:
            continue
        if parent.sender is None:
            return Thread(parent, "it answers a message of ours")
        if mail.sender is not None and parent.sender == mail.sender:
            return Thread(parent, "it continues an earlier mail of the same sender")
    return None
