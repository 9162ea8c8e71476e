"""Machines that mail their alarms: recorded, never answered, one case for one alarm."""

import pytest

from tests.factories import mail
from tests.flows.story import Story

pytestmark = pytest.mark.every_backend

MACHINE = "nagios@mon.customer.example"


def alert(state: str, host: str = "db-01", service: str = "RAID", sender: str = MACHINE) -> bytes:
    kind = "RECOVERY" if state == "OK" else "PROBLEM"
    return mail(
        f"***** Nagios *****\n\nNotification Type: {kind}\n\nService: {service}\nHost: {host}\n"
        f"Address: 192.0.2.10\nState: {state}\n\nDate/Time: Mon Nov 9 10:00:00 CST 2026\n",
        sender=sender,
        subject=f"** {kind} Service Alert: {host}/{service} is {state} **",
        headers={"Auto-Submitted": "auto-generated"},
    )


def test_the_same_alarm_again_joins_its_case(story: Story) -> None:
    first = story.arrives(alert("CRITICAL"))

    again = story.arrives(alert("CRITICAL"))

    assert (first.outcome, again.outcome) == ("case", "repeat")
    assert again.case_id == first.case_id
    assert story.events(first.case_id).count("repeat") == 1
    assert story.answers() == []


def test_a_recovery_is_put_on_the_case_and_leaves_it_open(story: Story) -> None:
    first = story.arrives(alert("CRITICAL"))

    recovery = story.arrives(alert("OK"))

    assert recovery.outcome == "recovery"
    assert recovery.case_id == first.case_id
    assert story.case(first.case_id).state == "new"


def test_another_device_or_another_code_or_another_sender_has_a_case_of_its_own(story: Story) -> None:
    reports = [
        story.arrives(alert("CRITICAL")),
        story.arrives(alert("CRITICAL", host="db-02")),
        story.arrives(alert("CRITICAL", service="PSU")),
        story.arrives(alert("CRITICAL", sender="nagios@mon.stranger.example")),
    ]

    assert len({report.case_id for report in reports}) == 4


def test_the_alarm_of_a_closed_case_opens_a_new_one(story: Story) -> None:
    first = story.arrives(alert("CRITICAL"))
    story.close(first.case_id)

    again = story.arrives(alert("CRITICAL"))

    assert again.outcome == "case"
    assert again.case_id != first.case_id


def test_a_recovery_without_an_alarm_is_a_report_of_its_own(story: Story) -> None:
    recovery = story.arrives(alert("OK"))

    assert recovery.outcome == "case"
