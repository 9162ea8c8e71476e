"""Which case a mail belongs to. A stranger's mail must not land in it, so each way needs a proof."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from models.values import case_number
from routing import token
from routing.freemail import is_anybodys


@dataclass(frozen=True, slots=True)
class MailKeys:
    """What a mail shows of the conversation it belongs to. Addresses are case-folded and without + part;
    `recipients` as they were written, `said` without what it quotes. `by_staff` says that one of us wrote it."""

    subject: str
    recipients: tuple[str, ...]
    references: tuple[str, ...]
    sender: str | None
    by_staff: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Parent:
    """An earlier mail: the report or case it led to, and who had sent it (None: we had). `was_added` says that it was
    put on a case that there was, and opened none."""

    case_id: int | None
    report_id: str | None
    sender: str | None
    was_added: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is stored about the cases and mails that a batch of mails mentions.

    Two senders may use one Message-ID, so each id has all the mails that bear it. `participants` are the
    mailboxes that take part in a case, `settled` the cases closed for so long that they stay closed, `followed` those
    of them that a case follows which is not, `merged` the cases that go on in another one: what belongs to them
    belongs to that one, and `alarms` the keys of those that a machine's alarm opened.
    """

    case_ids: frozenset[int] = frozenset()
    by_message_id: Mapping[str, tuple[Parent, ...]] = field(default_factory=dict)
    participants: Mapping[int, frozenset[str]] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()
    followed: Mapping[int, int] = field(default_factory=dict)
    merged: Mapping[int, int] = field(default_factory=dict)
    alarms: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thread:
    """The case, or the report in the same batch, that a mail belongs to, and why."""

    parent: Parent
    because: str


@dataclass(frozen=True, slots=True)
class Link:
    """A case that a mail speaks of without proof that its sender has part in it, or that was closed too long ago to be
    opened again (`is_follow_up`)."""

    parent: Parent
    because: str
    is_follow_up: bool = False


@dataclass(frozen=True, slots=True)
class _Hint:
    """One way in which a mail names an earlier one. `proves` is true for the signed address: only who holds
    a mail of ours knows it, and answering that mail is what it is for."""

    parent: Parent
    because: str
    proves: bool = False


def mentioned_cases(mail: MailKeys, key: bytes) -> list[int]:
    """The ids of the cases whose tokens the mail shows, in its addresses first, or whose numbers it names."""
    shown = [case_id for text in (*mail.recipients, mail.subject) for case_id in token.find(text, key)]
    return [*shown, *(case_id for case_id, _ in _numbers(mail, key))]


def thread(mail: MailKeys, conversation: Conversation, key: bytes) -> Thread | Link | None:
    """The conversation that `mail` belongs to, the one that it only speaks of, or None where it starts one.

    In this order: the signed token in the address it was sent to, our Message-IDs in References and
    In-Reply-To, the token in its subject, the customers' own Message-IDs. Who answers a mail of his own is heard where
    that is now. Each counts for those who take part in the case and for their organisation. For anybody else only the
    first is a proof: subjects and references travel with every mail that is passed on. Without proof a mail is linked
    to the case, never put on it; so is one of theirs that only names the number.
    """
    hints = [_gone_on(hint, conversation) for hint in _hints(mail, conversation, key)]
    for hint in hints:
        standing = _standing(mail, hint.parent, conversation)
        if standing is None and hint.proves:
            standing = "a third party who was given it"
        if standing is not None and hint.parent.case_id in conversation.settled:
            if (after := _followed(mail, hint, conversation)) is not None:
                return after
            return Link(hint.parent, f"{hint.because}, but that case was closed long ago", is_follow_up=True)
        if standing is not None:
            return Thread(hint.parent, f"{hint.because}; its sender is {standing}")
    for hint in hints:
        return Link(hint.parent, f"{hint.because}, but its sender has no part in that case")
    return _named(mail, conversation, key)


def also_named(mail: MailKeys, found: Thread, conversation: Conversation, key: bytes) -> tuple[int, ...]:
    """Further cases that a mail on one of them names, in which its sender has part as well: it is about them, too. What
    one of us writes is not looked through."""
    if mail.by_staff:
        return ()
    shown = (*token.find(mail.subject, key), *(case_id for case_id, _ in _numbers(mail, key)))
    parents = [_gone_on(_Hint(Parent(case_id, None, None), ""), conversation).parent for case_id in shown]
    others = [one for one in parents if one.case_id in conversation.case_ids and one.case_id != found.parent.case_id]
    return tuple(dict.fromkeys(one.case_id or 0 for one in others if _standing(mail, one, conversation) is not None))


def _followed(mail: MailKeys, hint: _Hint, conversation: Conversation) -> Thread | None:
    """The case that his last mail to the settled one has opened: he goes on in the old thread."""
    case_id = conversation.followed.get(hint.parent.case_id or 0)
    parent = Parent(case_id, None, None)
    if case_id is None or (standing := _standing(mail, parent, conversation)) is None:
        return None
    because = f"{hint.because}, but that case was closed long ago, and {case_number(case_id)} follows it"
    return Thread(parent, f"{because}; its sender is {standing}")


def _named(mail: MailKeys, conversation: Conversation, key: bytes) -> Link | None:
    """The case whose bare number the mail names, where the sender has part in it: he chases it in a new mail."""
    for case_id, because in _numbers(mail, key):
        hint = _gone_on(_Hint(Parent(case_id, None, None), because), conversation)
        if case_id in conversation.case_ids and (standing := _standing(mail, hint.parent, conversation)) is not None:
            return Link(hint.parent, f"{hint.because}, without its token; its sender is {standing}")
    return None


def _numbers(mail: MailKeys, key: bytes) -> Iterator[tuple[int, str]]:
    """The cases that a mail names by their numbers, and where. A token that somebody has copied into his text says no
    more: what is below his text may have been anybody's."""
    for case_id in token.numbers(mail.subject):
        yield case_id, "its subject names the case's number"
    for case_id in (*token.find(mail.said, key), *token.numbers(mail.said)):
        yield case_id, "its text names the case's number"


def _hints(mail: MailKeys, conversation: Conversation, key: bytes) -> Iterator[_Hint]:
    parents = [conversation.by_message_id.get(reference, ()) for reference in reversed(mail.references)]
    marks = list(_marks(mail, parents, conversation, key))
    nearest = next(filter(None, parents), ())
    yield from _moved(mail, nearest, marks, conversation)
    yield from marks
    for parent in chain.from_iterable(parents):
        if parent.sender is not None:
            yield _Hint(parent, "it continues an earlier mail")


def _marks(
    mail: MailKeys, parents: Iterable[tuple[Parent, ...]], conversation: Conversation, key: bytes
) -> Iterator[_Hint]:
    """What comes back of ours."""
    for address in mail.recipients:
        for case_id in token.find(address, key):
            if case_id in conversation.case_ids:
                yield _Hint(Parent(case_id, None, None), "it was sent to the case's own address", proves=True)
    for parent in chain.from_iterable(parents):
        if parent.sender is None:
            yield _Hint(parent, "it answers a message of ours")
    for case_id in token.find(mail.subject, key):
        if case_id in conversation.case_ids:
            yield _Hint(Parent(case_id, None, None), "its subject shows the case's token")


def _moved(
    mail: MailKeys, nearest: tuple[Parent, ...], marks: Sequence[_Hint], conversation: Conversation
) -> Iterator[_Hint]:
    """The mail that it answers, by its sender or a colleague of his, where the desk has put that on another case since:
    who answers it writes to whom it was written to, and so shows the marks of the case that it was on."""
    hints = [_Hint(parent, "it continues an earlier mail, which is on that case now") for parent in nearest]
    marked = {_gone_on(hint, conversation).parent.case_id for hint in marks}
    is_marked = any(_gone_on(hint, conversation).parent.case_id in marked for hint in hints)
    if marked and not is_marked:
        yield from (hint for hint in hints if hint.parent.was_added and _is_of_one(mail.sender, hint.parent.sender))


def _gone_on(hint: _Hint, conversation: Conversation) -> _Hint:
    """The hint to the case that a merged one goes on in."""
    into = conversation.merged.get(hint.parent.case_id or 0)
    if into is None:
        return hint
    return replace(
        hint,
        parent=replace(hint.parent, case_id=into),
        because=f"{hint.because}, and {case_number(hint.parent.case_id or 0)} was merged into {case_number(into)}",
    )


def _standing(mail: MailKeys, parent: Parent, conversation: Conversation) -> str | None:
    """What part the sender has in the case of `parent`; None where he has none."""
    if mail.by_staff:
        return "one of the staff"
    if mail.sender is None:
        return None
    involved = conversation.participants.get(parent.case_id, frozenset()) if parent.case_id is not None else frozenset()
    if parent.sender is not None:
        involved |= {parent.sender}
    if mail.sender in involved:
        return "a participant"
    if any(same_organisation(mail.sender, other) for other in involved):
        return "of a participant's organisation"
    return None


def _is_of_one(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and (one == other or same_organisation(one, other))


def same_organisation(one: str, other: str) -> bool:
    """True where the domains are one, or one lies below the other, and not everybody has an address there."""
    a, b = one.rpartition("@")[2], other.rpartition("@")[2]
    if not a or not b or not (a == b or a.endswith(f".{b}") or b.endswith(f".{a}")):
        return False
    return not is_anybodys(a) and not is_anybodys(b)
