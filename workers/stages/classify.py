"""Level and category of each report that is one."""

from collections.abc import Sequence
from dataclasses import replace

from classify.model import Classifier, ReportText
from models.values import Channel
from workers.stages.draft import Draft

# Below this the new part says too little by itself ("see below", "FYI"): what it forwards counts.
_SHORT_CHARS = 40


def text_of(draft: Draft) -> ReportText:
    """What the classifier reads: the new part of an answer, the whole of anything else. What is passed on
    counts: it holds the fault."""
    mail = draft.mail
    if draft.spoken is not None and draft.spoken.is_wordless:
        return ReportText(Channel.PHONE, "", "")
    if draft.spoken is not None:
        return ReportText(Channel.PHONE, mail.subject, mail.reply)
    is_answer = mail.forwarded is None and (bool(draft.message_ids) or draft.thread is not None)
    body = mail.reply if is_answer and len(mail.reply) >= _SHORT_CHARS else mail.text
    channel = Channel.MACHINE if draft.verdict.from_machine else draft.claimed.channel
    return ReportText(channel, mail.subject, body)


def run(drafts: Sequence[Draft], classifier: Classifier) -> list[Draft]:
    """Classify in one pass over the batch; bounces and automatic replies are left out."""
    wanted = [draft for draft in drafts if draft.verdict.opens_case and draft.later is None]
    found = classifier.classify([text_of(draft) for draft in wanted]) if wanted else []
    by_id = {draft.claimed.id: result for draft, result in zip(wanted, found, strict=True)}
    return [replace(draft, classification=by_id.get(draft.claimed.id)) for draft in drafts]
