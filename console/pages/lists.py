"""`/directory`, `/reports/customers`, `/audit`: whom the desk serves, what it tells them each month, who did what."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from console import documents
from console.pages.gate import RowId, Supervisor, Viewer, whole_desk
from console.pages.render import page
from console.services import Services
from models.tables import AuditRow, ContactRow, ContractRow, CustomerRow, DeviceRow, ShiftRow, SiteRow, StaffRow
from models.values import Language

router = APIRouter()
_LISTED = 200
_AHEAD = timedelta(days=14)
TABLES = ("customers", "contacts", "contracts", "sites", "devices", "staff", "shifts")
Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Table = Literal["customers", "contacts", "contracts", "sites", "devices", "staff", "shifts"]
_Rows = list[list[object]]


@router.get("/directory")
def show_directory(
    request: Request,
    user: Viewer,
    table: Annotated[Table, Query()] = "customers",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    services: Services = request.app.state.services
    wanted = q.strip()
    with services.database.reading() as session:
        names, rows = _read(session, table, wanted, services)
    return page(request, "directory.html", table=table, tables=TABLES, q=wanted, names=names, rows=rows, listed=_LISTED)


@router.get("/reports/customers")
def show_customer_reports(request: Request, user: Viewer, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The customers, with the reports of the months that are over: each is of all teams' cases."""
    whole_desk(user)
    services: Services = request.app.state.services
    wanted = q.strip()
    query = select(CustomerRow).order_by(CustomerRow.number_key).limit(_LISTED)
    if wanted:
        found = (
            CustomerRow.name.icontains(wanted, autoescape=True),
            CustomerRow.number.icontains(wanted, autoescape=True),
        )
        query = query.where(or_(*found))
    with services.database.reading() as session:
        customers = session.scalars(query).all()
    first = services.clock().astimezone(services.pages.zone).replace(day=1)
    months = []
    for _ in range(4):
        months.append(first.strftime("%Y-%m"))
        first = (first - timedelta(days=1)).replace(day=1)
    return page(request, "customer_reports.html", customers=customers, months=months, q=wanted, listed=_LISTED)


@router.get("/reports/monthly")
def get_monthly(
    request: Request,
    user: Viewer,
    customer: Annotated[str, Query(max_length=64)],
    month: Month,
    format: Annotated[Literal["html", "csv"], Query()] = "html",
    language: Annotated[Language | None, Query()] = None,
) -> Response:
    whole_desk(user)
    return documents.get_monthly_report(request, customer, month, format, language)


@router.get("/reports/accident/{number}")
def get_accident(request: Request, number: str, user: Viewer) -> Response:
    return documents.get_accident_report(request, number)


@router.get("/audit")
def show_audit(
    request: Request,
    user: Supervisor,
    about: Annotated[str, Query(max_length=320)] = "",
    before: RowId | None = None,
) -> Response:
    whole_desk(user)
    services: Services = request.app.state.services
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(_LISTED + 1)
    if about:
        query = query.where(AuditRow.about == about)
    if before is not None:
        query = query.where(AuditRow.id < before)
    with services.database.reading() as session:
        rows = session.scalars(query).all()
    older = rows[_LISTED - 1].id if len(rows) > _LISTED else None
    return page(request, "audit.html", rows=rows[:_LISTED], about=about, older=older)


def _read(session: Session, table: str, q: str, services: Services) -> tuple[list[str], _Rows]:
    """The names of the columns that are shown, and the rows that hold `q` in one of those that are searched, by the
    first column."""
    searched: Sequence[InstrumentedAttribute[str] | InstrumentedAttribute[str | None]]
    match table:
        case "customers":
            sites = select(func.count()).where(SiteRow.customer_id == CustomerRow.id).scalar_subquery()
            query = select(CustomerRow.number, CustomerRow.name, CustomerRow.language, sites, CustomerRow.note)
            searched = [CustomerRow.number, CustomerRow.name]
            names = ["number", "name", "language", "sites", "note"]
        case "contacts":
            query = select(
                ContactRow.name,
                ContactRow.address,
                ContactRow.phone,
                CustomerRow.name,
                ContactRow.is_named_asker,
                ContactRow.copies_in,
            ).join(CustomerRow, CustomerRow.id == ContactRow.customer_id)
            searched = [ContactRow.name, ContactRow.address, ContactRow.phone, CustomerRow.name]
            names = ["name", "address", "phone", "customer", "named-asker", "copies-in"]
        case "contracts":
            query = select(
                ContractRow.number,
                CustomerRow.name,
                ContractRow.profile,
                ContractRow.tier,
                ContractRow.starts_on,
                ContractRow.ends_on,
                ContractRow.expert_days,
            ).join(CustomerRow, CustomerRow.id == ContractRow.customer_id)
            searched = [ContractRow.number, CustomerRow.name]
            names = ["number", "customer", "profile", "tier", "from", "until", "expert-days"]
        case "sites":
            query = select(SiteRow.number, SiteRow.name, SiteRow.city, SiteRow.site_class, CustomerRow.name).join(
                CustomerRow, CustomerRow.id == SiteRow.customer_id
            )
            searched = [SiteRow.number, SiteRow.name, SiteRow.city, CustomerRow.name]
            names = ["number", "name", "city", "site-class", "customer"]
        case "devices":
            query = (
                select(DeviceRow.serial_number, DeviceRow.model, CustomerRow.name, SiteRow.number)
                .join(CustomerRow, CustomerRow.id == DeviceRow.customer_id)
                .outerjoin(SiteRow, SiteRow.id == DeviceRow.site_id)
            )
            searched = [DeviceRow.serial_number, DeviceRow.model, CustomerRow.name]
            names = ["serial-number", "model", "customer", "site"]
        case "staff":
            query = select(
                StaffRow.name, StaffRow.role, StaffRow.teams, StaffRow.address, StaffRow.phone, StaffRow.is_active
            )
            searched = [StaffRow.name, StaffRow.address, StaffRow.role]
            names = ["name", "role", "teams", "address", "phone", "active"]
        case _:
            return ["team", "name", "from", "until", "override"], _shifts(session, services)
    if q:
        query = query.where(or_(*(column.icontains(q, autoescape=True) for column in searched)))
    in_order = query.order_by(query.selected_columns[0]).limit(_LISTED)
    return names, [list(row) for row in session.execute(in_order)]


def _shifts(session: Session, services: Services) -> _Rows:
    """Who is on call now and in the fortnight to come."""
    now = services.clock()
    rows = session.execute(
        select(ShiftRow.team, StaffRow.name, ShiftRow.starts_at, ShiftRow.ends_at, ShiftRow.is_override)
        .join(StaffRow, StaffRow.id == ShiftRow.staff_id)
        .where(ShiftRow.ends_at > now, ShiftRow.starts_at < now + _AHEAD)
        .order_by(ShiftRow.team, ShiftRow.starts_at)
        .limit(_LISTED)
    )
    return [list(row) for row in rows]
