"""`/api/v1/cases/{number}/customer`: whose a case is, by a person's word."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import schemas
from console.api.once import Write
from console.api.problems import not_understood
from console.cases import Number, as_it_is, find
from models.tables import ContractRow, CustomerRow
from models.values import directory_key

router = APIRouter(tags=["cases"])


class AssignmentIn(BaseModel):
    """The customer and the contract by their numbers. Without a contract the one that fits best counts; null as
    customer says that the case is no customer's."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"customer": "C-100", "reason": "she called from home"}}
    )

    customer: str | None = Field(min_length=1, max_length=64)
    contract: str | None = Field(default=None, min_length=1, max_length=64)
    reason: str = Field(default="", max_length=2000)
    by: schemas.By = "api"


@router.patch(
    "/cases/{number}/customer",
    summary="Put the case under a customer; it is re-planned by the contract",
    response_model=schemas.CaseDetail,
)
def assign_case(write: Write, number: Number, assignment: AssignmentIn) -> Response:
    def act(session: Session) -> schemas.CaseDetail:
        case = find(session, number)
        customer = _customer(session, assignment.customer)
        contract = _contract(session, assignment.contract, customer)
        write.services.assign(session, case, customer, contract, assignment.reason, assignment.by)
        return as_it_is(session, case, write.services)

    return write.once(act)


def _customer(session: Session, number: str | None) -> CustomerRow | None:
    if number is None:
        return None
    found = numbered(session, number)
    if found is None:
        raise not_understood(f"there is no customer {number!r}", pointer="#/customer")
    return found


def numbered(session: Session, number: str) -> CustomerRow | None:
    """The customer of that number; None where there is none."""
    return session.scalar(select(CustomerRow).where(CustomerRow.number_key == _key(number)))


def _contract(session: Session, number: str | None, customer: CustomerRow | None) -> ContractRow | None:
    if number is None:
        return None
    found = session.scalar(select(ContractRow).where(ContractRow.number_key == _key(number)))
    if found is None or customer is None or found.customer_id != customer.id:
        raise not_understood(f"that customer has no contract {number!r}", pointer="#/contract")
    return found


def _key(number: str) -> str:
    key = directory_key(number)
    return key if key.isprintable() else ""  # no NUL, which PostgreSQL refuses, and no half characters
