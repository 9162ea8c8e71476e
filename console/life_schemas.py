"""What the API takes in and gives out about the life of a case."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from console.schemas import By, Clock


class ClockEntry(BaseModel):
    """One entry in the log of a clock: `due_at` is its deadline from then on."""

    name: str
    at: datetime
    kind: str
    due_at: datetime
    because: str


class Step(BaseModel):
    """One step of the ladder: waiting, done or dropped; `due_at` is null where its clock stands still."""

    name: str
    lap: int
    clock: str
    planned_at: datetime
    due_at: datetime | None
    state: str
    done_at: datetime | None
    told: list[str]
    because: str


class Clocks(BaseModel):
    """Why the promises of a case are due when they are: the scheme and its version, each change, and the ladder."""

    profile: str
    profile_version: str
    level: int
    clocks: list[Clock]
    log: list[ClockEntry]
    steps: list[Step]


def _taking(**example: str) -> ConfigDict:
    """Nothing but the fields that are named; such as in this example."""
    return ConfigDict(extra="forbid", json_schema_extra={"example": dict(example)})


class ActIn(BaseModel):
    """Who does it, and why."""

    model_config = ConfigDict(extra="forbid")

    by: By = "api"
    reason: str = Field(default="", max_length=2000)


class MoveIn(ActIn):
    """The state to come to. A fault ends with its cause and its solution."""

    model_config = _taking(to="accepted", by="eve@desk.example")

    to: Literal["acknowledged", "accepted", "in-progress", "waiting", "recovered", "solved", "closed"]
    cause: str | None = Field(default=None, max_length=20_000)
    solution: str | None = Field(default=None, max_length=20_000)


class ReplyIn(BaseModel):
    """A letter to the customer: the template of its kind, with this text in it. `status` and `interim` need a text."""

    model_config = _taking(kind="status", text="The controller is being replaced.", by="eve@desk.example")

    kind: Literal["status", "ask", "interim", "visit", "part"]
    text: str = Field(default="", max_length=20_000)
    by: By = "api"


class NoteIn(BaseModel):
    """What the staff should know of a case; it is on its timeline as `note`, and is found by searching."""

    model_config = _taking(text="She called: the array is on the spare controller.", by="eve@desk.example")

    text: str = Field(min_length=1, max_length=20_000, pattern=r"\S")
    by: By = "api"


class ConsentIn(ActIn):
    """What became of the customer's consent to remote access. The clocks stand still while it is waited for."""

    model_config = _taking(answer="asked", reason="to read the controller's log", by="eve@desk.example")

    answer: Literal["asked", "given", "refused"]


class MetIn(ActIn):
    """How a promise was kept."""

    model_config = _taking(reason="our engineer is there", by="eve@desk.example")
