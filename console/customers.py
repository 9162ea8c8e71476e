"""`/api/v1/cases/{number}/customer`: whose a case is, by a person's word."""

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import schemas
from console.cases import find, get_case
from console.services import Services
from models.tables import ContractRow, CustomerRow
from models.values import directory_key

router = APIRouter(tags=["cases"])


class AssignmentIn(BaseModel):
    """The customer and the contract by their numbers. Without a contract the one that fits best counts; null as
    customer says that the case is no customer's."""

    model_config = ConfigDict(extra="forbid")

    customer: str | None = Field(min_length=1, max_length=64)
    contract: str | None = Field(default=None, min_length=1, max_length=64)
    reason: str = Field(default="", max_length=2000)


@router.patch("/cases/{number}/customer", summary="Put the case under a customer; it is re-planned by the contract")
def assign_case(request: Request, number: str, assignment: AssignmentIn) -> schemas.CaseDetail:
    services: Services = request.app.state.services
    with services.database.transaction() as session:
        case = find(session, number)
        customer = _customer(session, assignment.customer)
        contract = _contract(session, assignment.contract, customer)
        services.assign(session, case, customer, contract, assignment.reason, "api")
    services.wake()
    return get_case(request, number)


def _customer(session: Session, number: str | None) -> CustomerRow | None:
    if number is None:
        return None
    found = session.scalar(select(CustomerRow).where(CustomerRow.number_key == _key(number)))
    if found is None:
        raise HTTPException(422, f"there is no customer {number!r}")
    return found


def _contract(session: Session, number: str | None, customer: CustomerRow | None) -> ContractRow | None:
    if number is None:
        return None
    found = session.scalar(select(ContractRow).where(ContractRow.number_key == _key(number)))
    if found is None or customer is None or found.customer_id != customer.id:
        raise HTTPException(422, f"that customer has no contract {number!r}")
    return found


def _key(number: str) -> str:
    key = directory_key(number)
    return key if key.isprintable() else ""  # no NUL, which PostgreSQL refuses, and no half characters
