"""A person says whose a case is: it is put under the customer, and planned anew by his contract."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClassificationRow, ContractRow, CustomerRow
from routing.directory import Clues
from routing.entitlement import assigned
from routing.profile import Profile
from workers.cases.office import Office
from workers.cases.replan import replan
from workers.cases.work import CaseWork, lock, refuse_merged
from workers.profiles import named


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose a case is: None is no customer's. Where no contract is given the one that fits best counts."""

    customer: CustomerRow | None
    contract: ContractRow | None
    by: str
    reason: str


def assign(session: Session, case: CaseRow, said: Assignment, office: Office, default: Profile, now: datetime) -> None:
    """Put the case under the customer, whose contract is looked at as of the report's arrival. Device and site are
    those that the report names, as far as they are his; `default` is the desk's profile."""
    from workers.record.opening import explain, put_under  # noqa: PLC0415 - brings the stages, as do the next two
    from workers.stages.known import read  # noqa: PLC0415

    lock(session, case.id)
    refuse_merged(case)
    clues = _clues(session, case)
    customer_id = said.customer.id if said.customer else None
    known = read(session, [clues], default, customer_id)
    party = assigned(clues, known, case.created_at, customer_id, said.contract.id if said.contract else None)
    put_under(case, party)
    if party.profile != case.profile:  # which is what counts where there is no contract
        case.profile, case.profile_version = party.profile, named(party.profile, default).version
    work = CaseWork(session, office, case, now, said.by)
    served = replan(work, default, f"put under {said.customer.name if said.customer else 'no customer'}")
    explain(case, party, served)
    case.needs_review = False  # a person has just looked
    text = f"{case.standing}: {case.standing_because}; profile {case.profile}, team {case.assigned_team}"
    if said.reason:
        text = f"{text}: {said.reason}"
    work.note("assigned", text)


def _clues(session: Session, case: CaseRow) -> Clues:
    """What the report showed when it was recognised."""
    from workers.stages.recognise import clues_from  # noqa: PLC0415

    found = session.scalars(
        select(ClassificationRow.entities)
        .where(ClassificationRow.case_id == case.id, ClassificationRow.entities.is_not(None))
        .order_by(ClassificationRow.id)
        .limit(1)
    ).first()
    return clues_from(case.customer, [(entity["label"], entity["value"]) for entity in found or ()])


def assigner(
    office: Office, default: Profile
) -> Callable[[Session, CaseRow, CustomerRow | None, ContractRow | None, str, str], None]:
    """The assignment as the web calls it: with customer, contract, reason and who says so."""

    def call(
        session: Session,
        case: CaseRow,
        customer: CustomerRow | None,
        contract: ContractRow | None,
        reason: str,
        who: str,
    ) -> None:
        assign(session, case, Assignment(customer, contract, who, reason), office, default, office.clock())

    return call
