"""Serial numbers and contracts that a mail names: what they tell of the case, and what they prove of nobody."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from intake.accept import Acceptor
from models.db import Database
from models.tables import ClassificationRow
from tests import directory
from tests.conftest import Clock
from tests.flows.story import Story
from tests.flows.test_alarms import alert
from tests.flows.test_customers import arrives_from, said, text_of
from workers.desk import Desk

pytestmark = pytest.mark.every_backend


def test_an_alarm_finds_its_device_and_how_fast_its_site_is_reached(story: Story, plan: int) -> None:
    raw = alert("CRITICAL", sender="array@mon.customer.example").replace(
        b"Host: ", b"Serial Number: sn-4711a\r\nHost: "
    )

    report = story.arrives(raw)

    case = story.case(report.case_id)
    assert (case.customer_id, case.standing) == (plan, "entitled")
    assert (case.device_id is not None, case.site_class, case.profile) == (True, "elsewhere", "service-plan")
    assert story.answers() == []


def test_a_serial_number_in_a_strangers_mail_makes_no_customer_of_him(story: Story, plan: int) -> None:
    case = arrives_from(story, "x@stranger.example", "A disk of the array with serial number SN-4711A has failed.")

    assert (case.customer_id, case.standing, case.contact_id) == (plan, "unknown", None)
    assert case.needs_review
    assert "a serial number in the text" in said(story, case)
    assert "a number proves nothing of who asks" in said(story, case)
    assert "SP-2026-1" not in text_of(story.answers()[0])
    assert "Customer C-1" not in text_of(story.answers()[0])


@pytest.mark.usefixtures("plan")
def test_another_customers_serial_number_is_a_matter_for_a_person(story: Story, lapsed: int) -> None:
    case = arrives_from(story, "bob@lapsed.example", "A disk of the array with serial number SN-4711A has failed.")

    assert (case.customer_id, case.device_id) == (lapsed, None)
    assert "a serial number in the text is of customer C-1" in said(story, case)
    assert case.needs_review


def test_a_batch_with_more_numbers_than_a_statement_takes_is_recognised(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock, plan: int
) -> None:
    story = Story(make_desk(), acceptor, clock)
    numbers = "\n".join(f"serial number SN-{number}X" for number in range(600))

    case = arrives_from(story, "ann@customer.example", f"These have failed:\n{numbers}\n")

    assert (case.customer_id, case.standing) == (plan, "entitled")


@pytest.mark.parametrize(
    "body", ["Our array SAN-4711A has a failed disk, no spare is left.", "SAN 4711 A? No: san–4711a. Ein Disk ist aus."]
)
def test_the_number_of_a_device_is_known_where_nothing_announces_it(
    story: Story, database: Database, plan: int, body: str
) -> None:
    place = directory.site(database, plan, "S-0300", "own")
    device = directory.device(database, plan, "SAN-4711A", place)

    case = arrives_from(story, "ann@customer.example", body, "SAN")

    assert (case.device_id, case.site_class) == (device, "own")


def test_a_stranger_who_names_a_contract_without_a_word_for_it_is_served_by_it_and_proves_nothing(
    story: Story, plan: int
) -> None:
    case = arrives_from(story, "ann1971@gmail.example", "SP-2026-1: our array has lost a disk.", "SAN")

    assert (case.customer_id, case.standing) == (plan, "unknown")


def test_codes_that_the_directory_does_not_know_are_nothing(story: Story, plan: int) -> None:
    case = arrives_from(story, "ann@customer.example", "Please see order AB-20261129 and box X7-1200.", "SAN")

    with story.desk.database.reading() as session:
        [found] = session.scalars(select(ClassificationRow.entities).where(ClassificationRow.case_id == case.id))
    assert (case.device_id, found) == (None, [])
