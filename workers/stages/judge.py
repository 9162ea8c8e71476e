"""What each mail is, who wrote it, and which case it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from intake.filters import Known, Verdict, auto_reply, mailing_list
from intake.filters import judge as judge_mail
from intake.filters.spam import QUARANTINED
from intake.mail import alarm
from intake.mail.model import ParsedMail
from intake.mail.subject import is_answer
from routing import token
from routing.threading import Conversation, Link, Parent, Thread, also_named, thread
from workers.record.alarms import alarm_key
from workers.stages.draft import Draft
from workers.stages.look_up import keys


def run(drafts: Sequence[Draft], own_addresses: frozenset[str], staff: frozenset[str], key: bytes) -> list[Draft]:
    """Filter and thread each mail. A mail may continue one that is in the same batch."""
    earlier: dict[str, Parent] = {}
    alarms: dict[str, str | None] = {}
    judged = []
    for draft in drafts:
        draft = _described(draft, own_addresses, staff)
        stored = draft.knowledge.conversation
        conversation = replace(stored, by_message_id=_with(earlier, stored))
        shown = keys(draft, draft.by_staff)
        found = thread(shown, conversation, key)
        if isinstance(found, Thread) and _is_another_alarm(draft, found.parent, conversation, alarms):
            found = None
        draft = replace(
            draft,
            verdict=_heard(draft, found),
            thread=found if isinstance(found, Thread) else None,
            link=found if isinstance(found, Link) else None,
            also_named=also_named(shown, found, conversation, key) if isinstance(found, Thread) else (),
        )
        judged.append(draft)
        if draft.mail.sender is not None and draft.verdict.opens_case:
            case_id = draft.thread.parent.case_id if draft.thread else None
            root = (draft.thread.parent.report_id if draft.thread else None) or draft.claimed.id
            alarms[draft.claimed.id] = alarm_key(draft)
            earlier[draft.mail.message_id] = Parent(case_id, root, draft.mail.sender.mailbox)
    return judged


def _heard(draft: Draft, found: Thread | Link | None) -> Verdict:
    """The verdict, but that a report opens a case where an automatic reply would lie on none: it is answered by nobody,
    and a person looks. What answers a mail of ours is told to the case of that."""
    verdict = draft.verdict
    is_alone = found is None or (isinstance(found, Link) and found.is_follow_up)
    if verdict.outcome != auto_reply.OUTCOME or not is_alone or not auto_reply.may_be_report(draft.mail):
        return verdict
    return replace(verdict, outcome=None, from_machine=False, because=f"{verdict.because}, and it tells of a fault")


def _is_another_alarm(
    draft: Draft, parent: Parent, conversation: Conversation, alarms: Mapping[str, str | None]
) -> bool:
    """True for a fault that a machine reports in the thread of another one: monitors put all of a day, or of a group,
    into one."""
    found = draft.alarm
    if found is None or not found.device or found.state != "problem" or is_answer(draft.mail.subject):
        return False
    opened = alarms.get(parent.report_id or "") if parent.case_id is None else conversation.alarms.get(parent.case_id)
    return opened is not None and (opened != alarm_key(draft) or bool(found.of))


def _described(draft: Draft, own_addresses: frozenset[str], staff: frozenset[str]) -> Draft:
    draft = replace(draft, mail=_answerable(_unmasked(draft, own_addresses), own_addresses))
    verdict = _verdict(draft, own_addresses)
    found = alarm.read(draft.mail) if verdict.from_machine and verdict.opens_case else None
    return replace(draft, verdict=verdict, alarm=found, by_staff=_is_staff(draft, staff))


def _unmasked(draft: Draft, own_addresses: frozenset[str]) -> ParsedMail:
    """The mail with its author, where a list of ours has put our address into From and his into Reply-To: the policy of
    his domain (DMARC) has it do so. Not where senders are checked and ours is not proven: anybody can write that."""
    mail = draft.mail
    is_masked = mail.sender is not None and mail.sender.mailbox in own_addresses and mail.reply_to is not None
    if not is_masked or draft.trust.verdict in ("fail", "none") or not mailing_list.is_ours(mail, own_addresses):
        return mail
    return replace(mail, sender=mail.reply_to, reply_to=None)


def _answerable(mail: ParsedMail, own_addresses: frozenset[str]) -> ParsedMail:
    """The mail without a Reply-To that leads back to ourselves, where somebody else has written it: he waits for an
    answer."""
    leads_back = mail.reply_to is not None and mail.reply_to.mailbox in own_addresses
    return replace(mail, reply_to=None) if leads_back else mail


def _verdict(draft: Draft, own_addresses: frozenset[str]) -> Verdict:
    claimed, mail, trust = draft.claimed, draft.mail, draft.trust
    if trust.verdict == "fail" and not claimed.released:
        return Verdict(QUARANTINED, answer=False, because=f"it is not from where it says: {trust.because}")
    # A mailbox gives no envelope; what the delivering server noted of it has to do.
    mail_from = mail.return_path if claimed.mail_from is None else claimed.mail_from
    is_stamped = bool(draft.stamps) and bool(mail.header(token.STAMP.lower()))
    known = Known(mail_from, own_addresses, draft.knowledge.own_message_ids, is_stamped)
    verdict = judge_mail(mail, known)
    if verdict.outcome == QUARANTINED and claimed.released:
        return Verdict(answer=False, because="a person released it; the server in front takes it for spam")
    return verdict


def _is_staff(draft: Draft, staff: frozenset[str]) -> bool:
    """True for a mail of our own people; where proof is asked for, only with it."""
    sender = draft.mail.sender
    if draft.trust.verdict in ("fail", "none") and not draft.claimed.released:
        return False
    if sender is None:
        return False
    known = {sender.mailbox, "@" + sender.mailbox.rpartition("@")[2]}
    return not staff.isdisjoint(known) or sender.mailbox in draft.knowledge.staff


def _with(earlier: dict[str, Parent], stored: Conversation) -> dict[str, tuple[Parent, ...]]:
    """The stored parents, and those of this batch after them."""
    found = dict(stored.by_message_id)
    for message_id, parent in earlier.items():
        found[message_id] = (*found.get(message_id, ()), parent)
    return found
