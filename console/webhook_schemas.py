"""What the API takes in and gives out about webhooks."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models import receivers
from models.values import OutgoingState
from models.webhooks import Event

Url = Annotated[
    str,
    Field(
        max_length=receivers.LONGEST_URL,
        description="https://, or http:// for a receiver on the same machine; not within a private network, unless "
        "FIRSTLINE_WEBHOOK_NETWORKS allows it",
        examples=["https://hooks.example/desk"],
    ),
]
Events = Annotated[list[Event], Field(min_length=1, max_length=len(Event), description="what it is told of")]
Description = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Webhook(BaseModel):
    """A receiver. `disabled_because` says why it is told nothing, where it is not: switched off, or gone (410)."""

    id: str
    url: str
    description: str
    events: list[Event]
    active: bool
    disabled_because: str | None
    created_at: datetime


class WebhookWithSecret(Webhook):
    """The same with the secret that signs what it is sent, as Standard Webhooks writes it. It is shown this once."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class WebhookIn(BaseModel):
    """A new receiver."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"url": "https://hooks.example/desk", "events": ["case.created", "case.breached"]}
        },
    )

    url: Url
    events: Events
    description: Description = ""


class WebhookChange(BaseModel):
    """What changes of a receiver; what is left out stays. While it is not active nothing is recorded for it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"active": False}})

    url: Url | None = None
    events: Events | None = None
    description: Description | None = None
    active: bool | None = Field(default=None, strict=True)


class Delivery(BaseModel):
    """One event on its way to one receiver. `about` is the case's number or the report's id, `answer` the status that
    the receiver gave last; `due_at` is when it is tried next."""

    id: str
    event: str
    about: str
    state: OutgoingState
    attempts: int
    created_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    answer: int | None
    error: str | None
