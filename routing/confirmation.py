"""The customer's answer to "we hold your case to be solved, please confirm".

A case is closed by a yes, so a yes must be the whole of a short answer: every clause of it is known, and one at least
says so. A no only has to be said clearly, once; whatever else is left to a person.
"""

from collections.abc import Sequence

from routing.answers import clauses, is_unhappy, said_in
from routing.saying import confirming, denying

_SHORT_CHARS = 160
_CLAUSES = 40


def confirms(text: str) -> bool | None:
    """True for a short clear confirmation, False for a clear denial, None for anything else: a person reads it.

    `text` is what the customer's mail adds. A question is never True, and neither is a negation, a condition, a hope or
    a promise to look at it later.
    """
    said = said_in(text)
    parts = clauses(said)
    stated = [clause for clause, is_question in parts[:_CLAUSES] if not is_question]
    kinds = [confirming.kind(clause) for clause in stated]
    is_confirmed = confirming.YES in kinds
    if _is_denied(stated, is_confirmed or confirming.COURTESY in kinds):
        return False
    is_all_known = len(stated) == len(parts) and None not in kinds and not is_unhappy(said)
    return True if is_confirmed and is_all_known and len(said) <= _SHORT_CHARS else None


def is_courtesy(text: str) -> bool:
    """True for a short answer that thanks or agrees and says nothing else: there is no news in it."""
    said = said_in(text)
    parts = clauses(said)
    is_known = all(confirming.kind(clause) is not None and not is_question for clause, is_question in parts[:_CLAUSES])
    return 0 < len(parts) <= _CLAUSES and is_known and len(said) <= _SHORT_CHARS and not is_unhappy(said)


def _is_denied(stated: Sequence[str], is_friendly: bool) -> bool:
    """Whether a clause denies it; a bare "no" beside a confirmation or thanks may mean something else."""
    denials = [denying.kind(clause) for clause in stated]
    if denying.PLAIN in denials:
        return True
    return not is_friendly and bool(stated) and denials[0] is denying.BARE
