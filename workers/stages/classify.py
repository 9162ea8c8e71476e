"""Level and category of each report that is one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from classify import passages
from classify.model import Classification, Classifier, Keyed, ReportText
from intake.hotline.spoken import Spoken
from intake.mail import plus
from intake.mail.model import ParsedMail, SpanKind
from models.values import Auto, Channel
from workers.stages.draft import Draft

# Below this the new part says too little by itself ("see below", "FYI"): what it forwards counts.
_SHORT_CHARS = 40
_GRAVE = 2
# Ends of alarms that read as level 1 for sure are outages told of in a line that says "completed" or "restored".
_CRITICAL, _SURE = 1, 0.75
# What stands below every mail of its writer says nothing of this one: a recoverer of lost data has that on his card.
_BELOW = frozenset({SpanKind.SIGNATURE, SpanKind.DISCLAIMER})


def text_of(draft: Draft) -> ReportText:
    """What the classifier reads: the new part of an answer, anything else but for its signature. What is passed on
    counts: it holds the fault."""
    mail = draft.mail
    if draft.spoken is not None:
        return _spoken(draft.spoken, mail.subject, mail.reply)
    if draft.verdict.from_machine:
        return ReportText(Channel.MACHINE, mail.subject, mail.text if is_whole(draft) else mail.reply)
    return ReportText(draft.claimed.channel, mail.subject, _above_signature(mail) if is_whole(draft) else mail.reply)


def is_whole(draft: Draft) -> bool:
    """True where the whole mail counts: it is no answer, or one that adds too little to be read by itself."""
    if draft.spoken is not None:
        return False
    is_answer = draft.mail.forwarded is None and (bool(draft.message_ids) or draft.thread is not None)
    return not is_answer or len(draft.mail.reply) < _SHORT_CHARS


def _above_signature(mail: ParsedMail) -> str:
    """The text as it is where there would be nothing else."""
    said = "".join(mail.text[span.start : span.end] for span in mail.spans if span.kind not in _BELOW)
    return said if said.strip() else mail.text


def _spoken(said: Spoken, subject: str, words: str) -> ReportText:
    """What the reporter said himself; what he answered by a key is a fact beside it."""
    keyed = Keyed(said.is_stopped, said.keyed) if said.is_stopped is not None else None
    if said.is_wordless:
        return ReportText(Channel.PHONE, "", "", keyed)
    is_ours = any(subject in line for line in said.not_said)
    own = "\n".join(line for line in words.splitlines() if line not in said.not_said)
    return ReportText(Channel.PHONE, "" if is_ours else subject, own, keyed)


def run(drafts: Sequence[Draft], classifier: Classifier) -> list[Draft]:
    """Classify in one pass over the batch; bounces and automatic replies are left out."""
    wanted = [draft for draft in drafts if draft.verdict.opens_case and draft.later is None]
    found = classifier.classify([text_of(draft) for draft in wanted]) if wanted else []
    by_id = {draft.claimed.id: result for draft, result in zip(wanted, found, strict=True)}
    read = [replace(draft, classification=_by_alarm(draft, by_id.get(draft.claimed.id))) for draft in drafts]
    within = _within(read, classifier)
    whole = [(draft, within.get(draft.claimed.id, draft.classification)) for draft in read]
    read = [replace(draft, classification=_as_read(draft, judged)) for draft, judged in whole]
    added = _added(read, within, classifier)
    return [replace(draft, added=added.get(draft.claimed.id)) if added else draft for draft in read]


def _added(
    drafts: Sequence[Draft], within: Mapping[str, Classification], classifier: Classifier
) -> dict[str, Classification]:
    """What the grave additions say in their own words, by report: the subject is that of the case, and a short answer
    was read with all that it quotes. What is grave by a passage `within` it says that."""
    grave = [draft for draft in drafts if draft.thread is not None and is_grave(draft.classification)]
    mails = [draft for draft in grave if _is_from_person(draft) and draft.claimed.id not in within]
    found = classifier.classify([ReportText(draft.claimed.channel, "", _news(draft)) for draft in mails])
    said = {draft.claimed.id: within.get(draft.claimed.id, draft.classification) for draft in grave}
    said |= {draft.claimed.id: result for draft, result in zip(mails, found, strict=True)}
    return {report: found for report, found in said.items() if found is not None}


def _news(draft: Draft) -> str:
    """The own words of an addition, and what it passes on of somebody who has no part in the case: of others that is
    the thread."""
    mail, case_id = draft.mail, draft.thread.parent.case_id if draft.thread else None
    heard = set(draft.knowledge.conversation.participants.get(case_id or 0, ()))
    heard |= {plus.split(address)[0] for address in draft.claimed.rcpt_tos} | {address.mailbox for address in mail.to}
    heard |= {mail.sender.mailbox} if mail.sender else set()
    is_news = mail.forwarded is not None and mail.forwarded.sender.mailbox not in heard
    return _above_signature(mail) if is_news else mail.reply


def _within(drafts: Sequence[Draft], classifier: Classifier) -> dict[str, Classification]:
    """What a passage of a mail says that reads as a question, or a fault without an impact, as a whole, by report."""
    wanted = [
        (draft, draft.classification, _passages(draft, draft.classification.level))
        for draft in drafts
        if draft.classification is not None and draft.classification.level >= passages.MINOR and draft.spoken is None
    ]
    said = [ReportText(text_of(draft).channel, "", passage.text) for draft, _, found in wanted for passage in found]
    read = iter(classifier.classify(said) if said else [])
    graver = (
        (draft, whole, passages.graver(whole, [(passage, next(read)) for passage in found]))
        for draft, whole, found in wanted
    )
    return {draft.claimed.id: _unless_over(draft, whole, found) for draft, whole, found in graver if found is not None}


def _passages(draft: Draft, whole: int) -> list[passages.Passage]:
    if draft.verdict.from_machine:
        return passages.standing(text_of(draft).body, is_apart=False, is_list=True, whole=whole)
    return passages.standing(_own(draft.mail), is_apart=_quotes(draft), whole=whole)


def _unless_over(draft: Draft, whole: Classification, found: Classification) -> Classification:
    """The end of an alarm repeats what had stood still: it calls nobody, and a person looks."""
    is_over = draft.alarm is not None and draft.alarm.state == "recovery"
    return replace(whole, needs_review=True, because=found.because) if is_over else found


def _is_from_person(draft: Draft) -> bool:
    return draft.spoken is None and not draft.verdict.from_machine


def _own(mail: ParsedMail) -> str:
    """What is said in this mail, or passed on by it."""
    return mail.reply if mail.forwarded is None else _above_signature(mail)


def _quotes(draft: Draft) -> bool:
    """True where what the mail quotes was read together with what it says."""
    kinds = {span.kind for span in draft.mail.spans}
    return is_whole(draft) and draft.mail.forwarded is None and SpanKind.QUOTED in kinds


def is_grave(found: Classification | None) -> bool:
    """True for the levels at which work has stopped or is in part lost: somebody is to know of it at once."""
    return found is not None and found.level <= _GRAVE


def _as_read(draft: Draft, found: Classification | None) -> Classification | None:
    """What could not be read in whole, a person reads, and what may be no report."""
    if found is None or draft.spoken is not None:
        return found
    if draft.verdict.auto == Auto.AUTO_REPLY:
        because = "It calls itself an automatic reply, and tells of a fault: nobody was answered."
        return replace(found, needs_review=True, because=because)
    if not draft.mail.unread:
        return found
    because = "Part of the mail could not be read: it is encrypted, too large or too deeply packed."
    return replace(found, needs_review=True, because=because)


def _by_alarm(draft: Draft, found: Classification | None) -> Classification | None:
    """An alarm that names its severity or a bad state is no question, whatever its few words look like; and the end of
    one, which repeats the words of the fault, is no outage that people are called for where the words leave a doubt."""
    if found is None or draft.alarm is None:
        return found
    if draft.alarm.is_grave and found.level == passages.GENERAL:
        because = "A field of the alarm says that something is wrong; its words alone read as level 4."
        return replace(found, level=passages.MINOR, needs_review=True, because=because)
    if draft.alarm.state == "recovery" and found.level == _CRITICAL and found.level_probs[_CRITICAL] < _SURE:
        because = "The alarm says that it is over; its words alone read as level 1."
        return replace(found, level=passages.GENERAL, needs_review=True, because=because)
    return found
