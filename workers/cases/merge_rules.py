"""Which cases may become one, and what comes of it. What is said of it beforehand and what is done come from here."""

from intake.mail import plus
from models.tables import CaseRow
from models.values import AT_WORK, FREE, CaseState
from routing.threading import same_organisation

_OVER = frozenset({CaseState.SOLVED, CaseState.CLOSED})


def refusal(case: CaseRow, into: CaseRow) -> str | None:
    """Why `case` cannot go into `into`, and what can be done instead; None where it can."""
    if case.id == into.id:
        return f"{case.number} cannot be merged into itself, nor into what was merged into it"
    if not is_of_one_customer(case, into):
        whose = " and ".join(
            f"{one.number} is {one.customer_name or one.customer or 'unknown'}" for one in (case, into)
        )
        return (
            f"not of one customer ({whose}), and strangers must never read each other's mail: link them instead, or "
            "put both under their customer first"
        )
    if into.state in _OVER and case.state not in _OVER:
        return (
            f"{into.number} is {into.state}, and nobody would work on {case.number} any more: open {into.number} again "
            f"first, or merge it into {case.number}"
        )
    return None


def is_of_one_customer(case: CaseRow, other: CaseRow) -> bool:
    """True where the directory says so; where it does not know one of them, by the addresses, or the number, that they
    came from."""
    if case.customer_id is not None and other.customer_id is not None:
        return case.customer_id == other.customer_id
    if not case.customer or not other.customer:
        return False  # two callers who withhold their numbers are strangers
    one, two = (plus.split(address)[0] for address in (case.customer, other.customer))
    return one == two or same_organisation(one, two)


def takes_over(case: CaseRow, into: CaseRow) -> bool:
    """True where who works on `case` has `into` from now on, which nobody works on yet."""
    return bool(case.accepted_by) and case.state in AT_WORK and into.state in FREE


def level_after(case: CaseRow, into: CaseRow) -> int:
    """The graver of both."""
    return min(case.level, into.level)
