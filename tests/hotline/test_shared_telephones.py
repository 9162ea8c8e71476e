"""A telephone that goes from one on call to the next: who has it now has taken the case, and not who had it before."""

from sqlalchemy import select

from models.tables import StaffRow
from tests.fakes.twilio import Phone
from tests.fakes.twilio.api import Api
from tests.hotline.conftest import ENGINEER, Hotline
from tests.hotline.outgoing import call, stored


def somebody_else_has(hotline: Hotline, number: str) -> None:
    """Somebody who was listed first has the same telephone, and is not on call."""
    with hotline.database.transaction() as session:
        session.add(
            StaffRow(
                id=-1,
                name="First",
                address="f@desk.example",
                address_key="f@desk.example",
                phone=number,
                role="engineer",
            )
        )
        session.flush()
        assert session.scalars(select(StaffRow.id).order_by(StaffRow.id)).first() == -1


def test_who_is_on_call_has_taken_the_caller(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER)
    somebody_else_has(hotline, ENGINEER)

    caller = hotline.english().presses("2").presses("#").stays_silent()

    assert caller.connected_to == [ENGINEER]
    assert hotline.case(caller).accepted_by == "e0@desk.example"


def test_who_is_on_call_has_accepted_what_he_was_called_about(hotline: Hotline, api: Api) -> None:
    somebody_else_has(hotline, ENGINEER)

    call(hotline, api, Phone(keys="1"))

    assert stored(hotline).accepted_by == "e0@desk.example"
