"""What the API gives out and takes in."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from console.link_schemas import Link, links_of
from models.tables import AttachmentRow, CaseRow, ClassificationRow, ClockRow, EventRow, OutgoingRow, ReportRow

Category = Literal[
    "hardware",
    "network",
    "software",
    "performance",
    "data",
    "security",
    "account",
    "install",
    "usage",
    "contract",
    "service",
    "complaint",
]


def _number(value: Any) -> Any:
    """Neither true nor "1" is a level; 3.0 is (JSON Schema has one kind of number)."""
    if isinstance(value, bool | str):
        raise ValueError("Input should be a whole number")
    return value


Level = Annotated[int, Field(ge=1, le=4), BeforeValidator(_number)]
# The address of who does it: it is written to, so it is one line.
By = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$", description="the address of who does it")
]
# Who judges a case is told apart from the machine, which has a name without @.
Judge = Annotated[
    str,
    Field(
        max_length=100,
        pattern=r"^(api|[^\x00-\x20\x7f@]+@[^\x00-\x20\x7f@]+)$",
        description="the address of who judges, or api",
    ),
]


class Clock(BaseModel):
    """One promise: `breached` where it was not, or can no longer be, kept in time."""

    name: str
    starts_at: datetime
    due_at: datetime
    met_at: datetime | None
    paused_at: datetime | None
    is_promise: bool
    breached: bool
    because: str


class Reply(BaseModel):
    """A message of ours and its fate; since `forgotten_at` its content is gone."""

    kind: str
    channel: str
    message_id: str
    recipient: str
    state: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    error: str | None
    forgotten_at: datetime | None


class Report(BaseModel):
    """One thing that arrived. `outcome` says how it ended: case, follow-up, auto-reply, bounce, shunted ...
    Since `forgotten_at` its subject and text are gone, by a rule of retention or an erasure."""

    id: str
    channel: str
    message_id: str | None
    call_sid: str | None
    received_at: datetime
    source: str
    sender: str | None
    subject: str | None
    language: str | None
    auto: str | None
    trust: str | None
    state: str
    attempts: int
    outcome: str | None
    outcome_because: str | None
    error: str | None
    finished_at: datetime | None
    forgotten_at: datetime | None


class Attachment(BaseModel):
    """One attachment: `content_type` as declared, `sniffed_type` as its first bytes show it. `sha256` is its address
    below the report's `/attachments/`."""

    filename: str
    content_type: str
    sniffed_type: str | None
    size: int
    sha256: str
    inline: bool
    content_id: str | None


class Count(BaseModel):
    """How many were changed."""

    count: int


class TimelineEntry(BaseModel):
    """One entry of the timeline."""

    at: datetime
    actor: str
    kind: str
    text: str


class Classification(BaseModel):
    """One judgement of level and category; the newest counts."""

    at: datetime
    by: str
    model: str | None
    level: int
    category: str
    level_probs: dict[str, float]
    category_probs: dict[str, float]
    needs_review: bool
    evidence: list[dict[str, Any]]
    entities: list[dict[str, Any]] | None = Field(description="what the report names: label and value")
    reason: str | None


class Case(BaseModel):
    """A case as lists show it."""

    number: str
    state: str
    level: int
    level_name: str
    category: str
    confidence: float
    needs_review: bool
    process: str
    priority: str
    language: str
    channel: str
    subject: str
    customer: str | None = Field(description="the address it came from")
    customer_name: str | None = Field(description="whom the directory knows by it")
    contract: str | None = Field(description="the number of the contract")
    tier: str | None
    site: str | None = Field(description="the number of the site")
    site_class: str | None
    serial_number: str | None
    standing: str = Field(description="what the contract lets him ask for: entitled, unknown, expired ...")
    standing_because: str
    profile: str
    profile_version: str
    routing_hint: str | None
    assigned_team: str
    missing: list[str]
    created_at: datetime
    acknowledged_at: datetime | None
    accepted_by: str | None
    solved_at: datetime | None
    closed_at: datetime | None
    merged_into: str | None = Field(description="the number of the case that it goes on in")
    clocks: list[Clock]
    reports: list[Report]


class CaseDetail(Case):
    """A case with everything that happened on it."""

    consent: str | None
    cause: str | None
    solution: str | None
    links: list[Link]
    merged: list[str] = Field(description="the numbers of the cases that went into this one")
    timeline: list[TimelineEntry]
    classifications: list[Classification]
    replies: list[Reply]


class ReportDetail(Report):
    """A report with the case it led to, if any."""

    case: Case | None


class CorrectionIn(BaseModel):
    """A correction; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "anyOf": [
                {"required": ["level"], "properties": {"level": {"type": "integer"}}},
                {"required": ["category"], "properties": {"category": {"type": "string"}}},
            ],
            "example": {"level": 1, "reason": "the whole ward is without it", "by": "eve@desk.example"},
        },
    )

    level: Level | None = None
    category: Category | None = None
    reason: str = Field(default="", max_length=2000)
    by: Judge = "api"


class DiscardIn(BaseModel):
    """Why nobody needs to look at a report again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "advertising"}})

    reason: str = Field(min_length=1, max_length=2000)


def attachment(row: AttachmentRow) -> Attachment:
    return Attachment.model_validate(_columns(row, Attachment))


def clock(row: ClockRow, now: datetime) -> Clock:
    return Clock.model_validate({**_columns(row, Clock), "breached": row.breached(now)})


def report(row: ReportRow) -> Report:
    return Report.model_validate(_columns(row, Report))


def case(row: CaseRow, now: datetime) -> Case:
    return Case.model_validate(_case(row, now))


def case_detail(row: CaseRow, now: datetime) -> CaseDetail:
    return CaseDetail.model_validate(
        {
            **_case(row, now),
            **{name: getattr(row, name) for name in ("consent", "cause", "solution")},
            "links": links_of(row),
            "merged": [merged.number for merged in row.merged],
            "timeline": [TimelineEntry.model_validate(_columns(entry, TimelineEntry)) for entry in row.events],
            "classifications": [
                Classification.model_validate(_columns(entry, Classification)) for entry in row.classifications
            ],
            "replies": [Reply.model_validate(_columns(entry, Reply)) for entry in row.outgoing],
        }
    )


def _case(row: CaseRow, now: datetime) -> dict[str, Any]:
    lists = {
        "clocks": [clock(entry, now) for entry in row.clocks],
        "reports": [report(r) for r in row.reports],
        "merged_into": row.goes_on_in,
    }
    return {**_columns(row, Case), **lists}


_Row = AttachmentRow | CaseRow | ClassificationRow | ClockRow | EventRow | OutgoingRow | ReportRow


def _columns(row: _Row, model: type[BaseModel]) -> dict[str, Any]:
    """The plain values of a row that the model names; lists of other rows are added by the caller."""
    related = {"clocks", "reports", "breached", "merged_into"}
    return {name: getattr(row, name) for name in model.model_fields if name not in related}
