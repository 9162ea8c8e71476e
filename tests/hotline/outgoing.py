"""Notices and letters that go out by telephone: what several scenarios do and ask."""

from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from models.settings import Settings
from models.tables import CaseRow, OutgoingRow, StaffRow, StepRow
from models.values import OutgoingState, StepState
from tests.fakes.twilio import Phone
from tests.fakes.twilio.api import Api
from tests.fakes.twilio.exchange import ACCOUNT, NUMBER, TOKEN
from tests.hotline.conftest import ENGINEER, PUBLIC, Hotline
from tests.waiting import wait_until
from workers.deliver.email import MailSender
from workers.deliver.telephone import make_senders

MANAGER = "manager@desk.example"
TEXT = "Case FL-000001, level 1: the array is offline. Nobody has accepted it within 10 minutes."


def settings(api: Api, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "public_url": PUBLIC,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": SecretStr(TOKEN),
        "twilio_number": NUMBER,
        "twilio_api_url": api.url,
    }
    return Settings(**(values | changes))


def senders(hotline: Hotline, api: Api, **changes: Any) -> dict[str, MailSender]:
    return make_senders(settings(api, **changes), hotline.database, hotline.clock)


def notice(hotline: Hotline, channel: str = "voice") -> OutgoingRow:
    """A row that a step of the ladder of FL-000001 has queued; the next rung is the manager's."""
    hotline.english().presses("12").says("The array is offline").hangs_up()
    hotline.work()
    now = hotline.clock()
    row = OutgoingRow(
        id="n1",
        case_id=1,
        channel=channel,
        kind="notice",
        message_id="n1@desk.example",
        recipient=ENGINEER,
        recipient_key=ENGINEER,
        content=TEXT.encode(),
        created_at=now,
        state=OutgoingState.SENDING,
    )
    hotline.on_call(ENGINEER)
    manager = StaffRow(name="Manager", address=MANAGER, address_key=MANAGER, role="service-manager")
    with hotline.database.transaction() as session:
        step = session.scalars(select(StepRow).where(StepRow.case_id == 1).order_by(StepRow.planned_at)).first()
        assert step is not None
        step.state, step.due_at, step.done_at, step.told = StepState.DONE, None, now, ["Engineer 0 by voice"]
        row.step_id = step.id
        session.add_all([row, manager])
    return row


def call(hotline: Hotline, api: Api, phone: Phone) -> None:
    """Call the engineer, and wait until that call is over."""
    row = notice(hotline)
    hotline.exchange.phones[ENGINEER] = phone
    senders(hotline, api)["voice"].send(row.message_id, row.recipient, row.content)
    wait_until(lambda: any("/twilio/notice/status" in url for url, _ in hotline.exchange.requests))
    wait_until(lambda: next(iter(api.calls.values()))["status"] != "queued")


def stored(hotline: Hotline) -> CaseRow:
    with hotline.database.reading() as session:
        return session.get_one(CaseRow, 1)


def told_next(hotline: Hotline) -> list[str]:
    """Who was told because the engineer did not take it."""
    with hotline.database.reading() as session:
        rows = select(OutgoingRow.recipient).where(OutgoingRow.kind == "notice", OutgoingRow.id != "n1")
        return list(session.scalars(rows))
