"""Who is on call is not called by us while a caller is being connected with him: his telephone would be busy."""

import pytest
from sqlalchemy import select

from models.tables import CaseRow, OutgoingRow, ReportPart
from models.values import OutgoingState
from tests.fakes.twilio import Caller
from tests.fakes.twilio.api import Api
from tests.hotline.conftest import ENGINEER, Hotline
from tests.hotline.outgoing import TEXT, senders
from workers.deliver.refusals import NotTried
from workers.hotline.on_the_line import LIMIT_WAIT


def told(hotline: Hotline) -> Caller:
    """One who has told an outage, and has heard the number of his case."""
    caller = hotline.english().presses("11").says("The whole production line is down").presses("#").says("Ann")
    return caller.presses("11").hears("I will now connect you")


def send(hotline: Hotline, api: Api, channel: str = "voice") -> None:
    """Send a notice of that case."""
    with hotline.database.transaction() as session:
        case = session.scalars(select(CaseRow)).one()
        row = session.scalar(select(OutgoingRow).where(OutgoingRow.id == channel)) or OutgoingRow(
            id=channel, case_id=case.id, channel=channel, kind="notice", message_id=f"{channel}@desk.example",
            recipient=ENGINEER, recipient_key=ENGINEER, content=TEXT.encode(), created_at=hotline.clock(),
            state=OutgoingState.SENDING,
        )  # fmt: skip
        session.add(row)
    senders(hotline, api)[channel].send(f"{channel}@desk.example", ENGINEER, TEXT.encode())


def test_a_call_about_the_case_waits_while_its_caller_is_being_connected(hotline: Hotline, api: Api) -> None:
    hotline.on_call(ENGINEER)[0].behaves = "mailbox"
    caller = told(hotline)

    with pytest.raises(NotTried):
        send(hotline, api)
    assert not api.calls

    caller.stays_silent().hears("An engineer will call you back")
    send(hotline, api)
    assert len(api.calls) == 1


def test_it_waits_no_longer_where_the_caller_hangs_up(hotline: Hotline, api: Api) -> None:
    hotline.on_call(ENGINEER)
    told(hotline).hangs_up()

    send(hotline, api)

    assert len(api.calls) == 1


def test_it_waits_for_a_while_where_nobody_tells_that_the_call_is_over(hotline: Hotline, api: Api) -> None:
    hotline.on_call(ENGINEER)
    hotline.exchange.tells_the_end = False
    told(hotline).hangs_up()

    with pytest.raises(NotTried):
        send(hotline, api)

    hotline.clock.forward(seconds=LIMIT_WAIT.total_seconds() + 1)
    send(hotline, api)
    assert len(api.calls) == 1


def test_a_call_that_cannot_be_read_keeps_nobody_from_being_called(hotline: Hotline, api: Api) -> None:
    hotline.on_call(ENGINEER)
    told(hotline)
    with hotline.database.transaction() as session:
        for part in session.scalars(select(ReportPart)):
            part.content = b"{}"

    send(hotline, api)

    assert len(api.calls) == 1


def test_a_text_message_keeps_no_telephone_busy(hotline: Hotline, api: Api) -> None:
    hotline.on_call(ENGINEER)
    told(hotline)

    send(hotline, api, "sms")

    assert len(api.messages) == 1
