"""What is looked up while somebody calls: who he is, which case he means, whether his own is there yet."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.hotline.call import Call, CaseView, Party, Step
from intake.hotline.events import CallerFound, CaseFound, CaseOpened, Event, NotYet, PartyFound
from models.merged import survivor
from models.tables import (
    CaseRow,
    ClockRow,
    ContactRow,
    ContractRow,
    CustomerRow,
    OutgoingRow,
    ReportRow,
    SiteRow,
)
from models.values import Language, case_id, directory_key

# The numbers of those on call for a case, the first to be called first.
OnCall = Callable[[Session, CaseRow], Sequence[str]]
# How grave what a report has told of its case is: as the case, or graver where somebody is at work on that.
Level = Callable[[Session, CaseRow, ReportRow], int]

# Of so many contracts or sites with the same digits one is found; keypads have no letters.
_CANDIDATES = 200
_SHORTEST_PART = 3


def look_up(
    session: Session, call: Call, row: ReportRow | None, on_call: OnCall, level: Level, zone: ZoneInfo
) -> Event:
    """The answer to what the call asks for at its step."""
    match call.step:
        case Step.CALLER:
            return CallerFound(caller(session, call.caller))
        case Step.PARTY:
            return PartyFound(party(session, call.entry))
        case Step.FIND_CASE:
            return _case(session, call, zone)
        case _:
            return _opened(session, row, on_call, level)


def caller(session: Session, number: str) -> Party | None:
    """Who calls from this number: his customer, and himself where the number is his alone; else the language in which
    it was last written to."""
    if not number:
        return None
    contacts = session.scalars(select(ContactRow).where(ContactRow.phone == number).limit(20)).all()
    customers = {contact.customer_id for contact in contacts}
    if len(customers) == 1:
        customer = session.get_one(CustomerRow, customers.pop())
        name = contacts[0].name if len(contacts) == 1 else ""
        return Party(customer.id, customer.name, name, customer.language or _last_language(session, number))
    language = _last_language(session, number)
    return Party(language=language) if language else None


def _last_language(session: Session, number: str) -> str:
    query = (
        select(CaseRow.language)
        .join(OutgoingRow, OutgoingRow.case_id == CaseRow.id)
        .where(OutgoingRow.recipient_key == number)
        .order_by(OutgoingRow.created_at.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


def party(session: Session, given: str) -> Party | None:
    """Whose contract or site number that is."""
    found = _owner(session, given)
    if found is None:
        return None
    customer_id, number = found
    customer = session.get_one(CustomerRow, customer_id)
    return Party(customer.id, customer.name, "", customer.language or "", number)


def _owner(session: Session, given: str) -> tuple[int, str] | None:
    """The customer of the one contract, site or customer number that reads so, letters and signs left out where only
    digits were given; and the number as it is written."""
    wanted = _bare(given)
    for table, owner in (
        (ContractRow, ContractRow.customer_id),
        (SiteRow, SiteRow.customer_id),
        (CustomerRow, CustomerRow.id),
    ):
        query = select(table.number_key, owner, table.number)
        exact = session.execute(query.where(table.number_key == directory_key(given))).all()
        if exact:
            return int(exact[0][1]), str(exact[0][2])
        if len(wanted) < _SHORTEST_PART:
            continue
        like = session.execute(query.where(table.number_key.contains(wanted[-_SHORTEST_PART:])).limit(_CANDIDATES))
        found = {(int(owned), str(number)) for key, owned, number in like if _reads_as(key, wanted)}
        if len(found) == 1:
            return found.pop()
    return None


def _reads_as(key: str, wanted: str) -> bool:
    bare = _bare(key)
    return bare == wanted or (wanted.isdigit() and "".join(char for char in bare if char.isdigit()) == wanted)


def _bare(number: str) -> str:
    return "".join(char for char in number.casefold() if char.isalnum())


def _opened(session: Session, row: ReportRow | None, on_call: OnCall, level: Level) -> Event:
    case = session.get(CaseRow, row.case_id) if row is not None and row.case_id is not None else None
    if row is None or case is None:
        return NotYet()
    answer = session.get(OutgoingRow, row.id)  # the acknowledgement has its report's id
    is_texted = answer is not None and answer.channel == "sms"
    return CaseOpened(case.id, case.number, level(session, case, row), tuple(on_call(session, case)), is_texted)


def _case(session: Session, call: Call, zone: ZoneInfo) -> CaseFound:
    wanted = case_id(call.entry)
    case = session.get(CaseRow, wanted) if wanted is not None else None
    if case is None or not _is_theirs(session, case, call):
        return CaseFound(None)
    case = survivor(session, case)  # the caller hears its number, and how that one stands
    return CaseFound(CaseView(case.id, case.number, case.state, case.level, _due(session, case, call, zone)), True)


def _is_theirs(session: Session, case: CaseRow, call: Call) -> bool:
    """True for who reported it from this number, unless it is a switchboard's of several customers and the case one's
    of them; for his customer's; and for who knows the contract."""
    is_reporters = bool(call.caller) and case.customer == call.caller
    if case.customer_id is None or (is_reporters and not _is_shared(session, call.caller)):
        return is_reporters
    if call.is_known and case.customer_id == call.party.customer_id:
        return True
    proven = [_owner(session, given) for given in (call.contract, call.proof) if given]
    return any(owner is not None and owner[0] == case.customer_id for owner in proven)


def _is_shared(session: Session, number: str) -> bool:
    customers = select(func.count(ContactRow.customer_id.distinct())).where(ContactRow.phone == number)
    return (session.scalar(customers) or 0) > 1


def _due(session: Session, case: CaseRow, call: Call, zone: ZoneInfo) -> str:
    """The next deadline as it is spoken."""
    running = ClockRow.met_at.is_(None), ClockRow.paused_at.is_(None), ClockRow.breached_at.is_(None)
    query = select(ClockRow.due_at).where(ClockRow.case_id == case.id, *running).order_by(ClockRow.due_at).limit(1)
    due: datetime | None = session.scalar(query)
    if due is None:
        return ""
    local = due.astimezone(zone)
    if call.language == Language.ENGLISH:
        return f"{local:%A}, {local:%B} {local.day}, {local:%H:%M}"
    return f"{local.month}月{local.day}日{local.hour}点" + (f"{local.minute}分" if local.minute else "")
