"""What each mail is, and which case it belongs to."""

from collections.abc import Sequence
from dataclasses import replace

from intake.filters import Known
from intake.filters import judge as judge_mail
from routing.threading import Conversation, Parent, thread
from workers.stages.draft import Draft
from workers.stages.look_up import keys


def run(drafts: Sequence[Draft], own_addresses: frozenset[str], key: bytes) -> list[Draft]:
    """Filter and thread each mail. A mail may continue one that is in the same batch."""
    earlier: dict[str, Parent] = {}
    judged = []
    for draft in drafts:
        # A mailbox gives no envelope; what the delivering server noted of it has to do.
        mail_from = draft.mail.return_path if draft.claimed.mail_from is None else draft.claimed.mail_from
        known = Known(mail_from, own_addresses, draft.knowledge.own_message_ids)
        verdict = judge_mail(draft.mail, known)
        stored = draft.knowledge.conversation
        conversation = Conversation(stored.case_ids, {**earlier, **stored.by_message_id})
        found = thread(keys(draft), conversation, key)
        judged.append(replace(draft, verdict=verdict, thread=found))
        if draft.mail.sender is not None and verdict.opens_case:
            case_id = found.parent.case_id if found else None
            root = (found.parent.report_id if found else None) or draft.claimed.id
            earlier[draft.mail.message_id] = Parent(case_id, root, draft.mail.sender.key)
    return judged
