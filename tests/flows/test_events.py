"""What receivers of webhooks are told while a case lives: each event once, in the transaction in which it happens, and
nothing that anybody wrote."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from console.webhooks import new_webhook
from models.tables import DeliveryRow
from models.values import CaseState
from models.webhooks import Event
from tests.factories import mail
from tests.flows.story import Story

pytestmark = pytest.mark.every_backend
TEXT = "生产数据库宕机，所有业务中断，请尽快处理。"


@pytest.fixture
def heard(story: Story) -> Story:
    """A story to which somebody listens."""
    with story.desk.database.transaction() as session:
        session.add(new_webhook("https://hooks.example/desk", list(Event), "", story.clock()))
    return story


def told(story: Story) -> list[tuple[str, dict[str, Any]]]:
    """The events in order, with what they say."""
    with story.desk.database.reading() as session:
        rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.created_at, DeliveryRow.id))
        payloads = [json.loads(row.content) for row in rows]
    return [(payload["type"], payload["data"]) for payload in payloads]


def named(story: Story, event: Event) -> list[dict[str, Any]]:
    return [data for name, data in told(story) if name == event]


def test_a_mail_is_told_of_as_report_and_as_case(heard: Story) -> None:
    report = heard.arrives(mail(TEXT))

    [received], [created] = named(heard, Event.REPORT_RECEIVED), named(heard, Event.CASE_CREATED)
    assert received == {"report": report.id, "channel": "email", "received_at": report.received_at.isoformat()}
    case = heard.case(report.case_id)
    assert created == {
        "number": case.number,
        "state": "new",
        "level": case.level,
        "category": case.category,
        "assigned_team": case.assigned_team,
        "profile": "yilong",
        "channel": "email",
        "report": report.id,
    }


def test_the_same_mail_again_is_no_event(heard: Story) -> None:
    raw = mail(TEXT)
    heard.arrives(raw)
    before = told(heard)

    heard.arrives(raw)

    assert told(heard) == before


def test_the_acknowledgement_is_told_of_when_it_has_gone(heard: Story) -> None:
    heard.arrives(mail(TEXT))
    assert named(heard, Event.CASE_ACKNOWLEDGED) == []

    heard.sends()
    heard.sends()

    assert [data["state"] for data in named(heard, Event.CASE_ACKNOWLEDGED)] == ["acknowledged"]
    assert [data["before"] for data in named(heard, Event.CASE_STATE_CHANGED)] == ["new"]


def test_each_state_that_staff_bring_a_case_into_is_told_of(heard: Story) -> None:
    case_id = heard.arrives(mail(TEXT)).case_id

    heard.does(case_id, "move", CaseState.ACCEPTED)
    heard.later(seconds=1)
    heard.does(case_id, "move", CaseState.IN_PROGRESS)

    changes = [(data["before"], data["state"]) for data in named(heard, Event.CASE_STATE_CHANGED)]
    assert changes == [("new", "accepted"), ("accepted", "in-progress")]


def test_a_promise_that_was_not_kept_and_the_level_that_rises_are_told_of_once(heard: Story) -> None:
    case_id = heard.arrives(mail("打印机偶尔报错，能正常使用，请看一下。")).case_id
    level = heard.case(case_id).level
    assert level > 1

    heard.later(days=3)

    breaches = [data["clock"] for data in named(heard, Event.CASE_BREACHED)]
    assert breaches
    raised = [(data["before"], data["level"]) for data in named(heard, Event.CASE_LEVEL_CHANGED)]
    assert raised[0] == (level, level - 1)
    assert heard.events(case_id).count("raised") == len(raised)
    assert heard.events(case_id).count("breached") == len(breaches)


def test_a_merge_that_raises_the_level_by_two_says_what_it_was(heard: Story) -> None:
    minor = heard.arrives(mail("打印机偶尔报错，能正常使用，请看一下。")).case_id
    grave = heard.arrives(mail(TEXT)).case_id
    before, level = heard.case(minor).level, heard.case(grave).level
    assert before > level + 1

    heard.joins("merge", grave, minor)

    [changed] = named(heard, Event.CASE_LEVEL_CHANGED)
    assert (changed["before"], changed["level"]) == (before, level)


def test_nothing_that_a_customer_wrote_is_in_what_is_told(heard: Story) -> None:
    case_id = heard.arrives(mail(TEXT)).case_id
    heard.sends()
    heard.does(case_id, "move", CaseState.ACCEPTED, because="数据库由我处理")
    heard.later(hours=6)

    said = json.dumps(told(heard), ensure_ascii=False)

    assert "数据库" not in said
    assert "@" not in said


def test_where_nobody_listens_nothing_is_written(story: Story) -> None:
    case_id = story.arrives(mail(TEXT)).case_id
    story.sends()
    story.does(case_id, "move", CaseState.ACCEPTED)

    assert told(story) == []
