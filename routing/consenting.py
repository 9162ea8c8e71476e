"""The customer's answer to "may we log in to your system?" (SERVICE.md, ucloud and netops).

Nobody logs in by a misunderstanding: a consent must be the whole of a short answer, beside it may stand only when and
through whom. A refusal only has to be said clearly. Whatever else, a condition or both at once, is left to a person.
"""

from routing.answers import clauses, is_unhappy, said_in
from routing.saying import consenting

_SHORT_CHARS = 300
_CLAUSES = 40


def consents(text: str) -> bool | None:
    """True for a clear consent without conditions, False for a clear refusal, None for anything else.

    `text` is what the customer's mail adds.
    """
    said = said_in(text)
    parts = clauses(said)
    stated = [clause for clause, is_question in parts[:_CLAUSES] if not is_question]
    kinds = [consenting.kind(clause) for clause in stated]
    is_agreed = consenting.AGREED in kinds
    if consenting.REFUSED in kinds:
        return None if is_agreed else False
    if kinds and kinds[0] is consenting.BARE and not is_agreed:
        return False
    is_all_known = len(stated) == len(parts) and None not in kinds and consenting.BARE not in kinds
    is_short = len(said) <= _SHORT_CHARS and not is_unhappy(said)
    return True if is_agreed and is_all_known and is_short else None
