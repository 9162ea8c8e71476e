"""A letter from the page of a case: sent once, and never lost."""

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select, update

from models.db import Database
from models.tables import AuditRow, DeadAddressRow, EventRow, OutgoingRow
from models.values import OutgoingState, new_id
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn

LETTER = "Dear Ann,\nthe fan </textarea> is on its way."


@pytest.fixture
def arrived(database: Database, clock: Clock) -> None:
    store(database, case(clock(), customer="ann@customer.example"))


def test_a_letter_that_is_sent_twice_from_one_page_goes_out_once(
    arrived: None, log_in: LogIn, database: Database
) -> None:
    agent, form = log_in(), new_id()

    first, again, other = (
        agent.post("/cases/FL-000001/reply", kind="status", text=said, form=form)
        for said in ("A fan is on its way.", "A fan is on its way.", "Two fans are on their way.")
    )

    assert [answer.status_code for answer in (first, again, other)] == [303, 422, 303]
    assert noted(database) == ["A fan is on its way.", "Two fans are on their way."]
    with database.reading() as session:
        assert session.scalars(select(OutgoingRow.kind)).all().count("status") == 2
        assert session.scalars(select(AuditRow.what)).all() == ["wrote status"] * 2


def test_the_same_letter_from_another_page_goes_out_only_where_it_is_meant(
    arrived: None, log_in: LogIn, database: Database, clock: Clock
) -> None:
    agent, later = log_in(), new_id()
    agent.post("/cases/FL-000001/reply", kind="status", text=LETTER, form=new_id())
    clock.forward(minutes=1)

    answer = agent.post("/cases/FL-000001/reply", kind="status", text=LETTER, form=later)

    page = LexborHTMLParser(answer.text)
    assert answer.status_code == 422
    assert text(page, 'form[action$="/reply"] textarea').endswith("on its way.")
    assert "Nothing was sent: the customer has been written the same already (" in text(page, ".alert")
    assert text(page, 'button[name="again"]') == "Send it once more"
    assert len(noted(database)) == 1

    for status in (303, 422):  # the second is a double click
        sent = agent.post("/cases/FL-000001/reply", kind="status", text=LETTER, form=later, again="true")
        assert sent.status_code == status
    assert len(noted(database)) == 2


@pytest.mark.parametrize("state", [OutgoingState.FAILED, OutgoingState.BOUNCED])
def test_a_letter_that_did_not_arrive_is_sent_again_without_more_ado(
    arrived: None, log_in: LogIn, database: Database, state: OutgoingState
) -> None:
    agent = log_in()
    agent.post("/cases/FL-000001/reply", kind="status", text=LETTER, form=new_id())
    with database.transaction() as session:
        session.execute(update(OutgoingRow).values(state=state))

    answer = agent.post("/cases/FL-000001/reply", kind="status", text=LETTER, form=new_id())

    assert answer.status_code == 303
    assert len(noted(database)) == 2


def test_a_form_sends_its_letter_once_also_after_another_has_sent_it_again(
    arrived: None, log_in: LogIn, database: Database, clock: Clock
) -> None:
    agent, first, second = log_in(), new_id(), new_id()
    agent.post("/cases/FL-000001/reply", kind="status", text=LETTER, form=first)
    clock.forward(minutes=1)
    agent.post("/cases/FL-000001/reply", kind="status", text=LETTER, form=second, again="true")

    answer = agent.post("/cases/FL-000001/reply", kind="status", text=LETTER, form=first, again="true")

    assert answer.status_code == 422
    assert len(noted(database)) == 2


def test_a_letter_is_as_long_as_the_browser_says_though_its_lines_end_in_two_characters(
    arrived: None, log_in: LogIn, database: Database
) -> None:
    agent = log_in()

    answers = [agent.post("/cases/FL-000001/reply", kind="status", text="log\r\n" * lines) for lines in (5000, 5001)]

    assert [answer.status_code for answer in answers] == [303, 422]
    assert replied(database) == 1


def test_consent_is_asked_for_once_however_many_tabs_show_the_button(
    arrived: None, log_in: LogIn, database: Database
) -> None:
    agent = log_in()

    answers = [agent.post("/cases/FL-000001/consent", answer="asked") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "the consent is asked for already" in answers[1].text
    assert agent.page("/cases/FL-000001").css('button[value="asked"]') == []
    with database.reading() as session:
        assert session.scalars(select(OutgoingRow.kind)).all().count("consent") == 1


def test_the_same_words_as_another_kind_or_on_another_case_are_another_letter(
    arrived: None, log_in: LogIn, database: Database, clock: Clock
) -> None:
    store(database, case(clock(), customer="ann@customer.example"))
    agent, form = log_in(), new_id()

    for number, kind in (("FL-000001", "status"), ("FL-000001", "interim"), ("FL-000002", "status")):
        assert agent.post(f"/cases/{number}/reply", kind=kind, text=LETTER, form=form).status_code == 303

    assert len(noted(database)) == 3


def test_a_letter_whose_session_has_ended_meanwhile_is_shown_and_not_lost(
    arrived: None, log_in: LogIn, database: Database, clock: Clock
) -> None:
    agent = log_in()
    clock.forward(hours=13)

    answer = agent.post("/cases/FL-000001/reply", kind="status", text=LETTER)

    page = LexborHTMLParser(answer.text)
    assert answer.status_code == 401
    assert [area.text() for area in page.css("textarea")] == [LETTER]
    assert [link.attributes["href"] for link in page.css(".message a")] == ["/login?next=%2Fcases%2FFL-000001"]
    assert replied(database) == 0


def test_a_letter_that_cannot_go_out_is_shown_and_not_lost(arrived: None, log_in: LogIn, database: Database) -> None:
    agent = log_in()
    old = agent.csrf
    agent.use(log_in(name="eve").client.cookies["firstline"])

    answer = agent.post("/cases/FL-000001/reply", csrf=old, kind="status", text=LETTER)

    assert answer.status_code == 403
    assert [area.text() for area in LexborHTMLParser(answer.text).css("textarea")] == [LETTER]
    assert replied(database) == 0


def test_a_letter_to_an_address_that_mail_comes_back_from_is_shown_with_the_reason(
    arrived: None, log_in: LogIn, database: Database, clock: Clock
) -> None:
    with database.transaction() as session:
        session.add(DeadAddressRow(address_key="ann@customer.example", since=clock(), because="user unknown"))

    answer = log_in().post("/cases/FL-000001/reply", kind="interim", text=LETTER)

    page = LexborHTMLParser(answer.text)
    assert answer.status_code == 422
    assert text(page, 'form[action$="/reply"] textarea').endswith("on its way.")
    assert text(page, "option[selected]") == "Interim report"
    assert "Nothing was sent." in text(page, ".alert")
    assert "mail to ann@customer.example came back" in text(page, ".alert")
    assert replied(database) == 0
    with database.reading() as session:
        assert session.scalars(select(AuditRow.what)).all() == []


def test_nobody_elses_words_are_shown_to_who_comes_without_a_session(arrived: None, log_in: LogIn) -> None:
    stranger = log_in()
    stranger.client.cookies.clear()

    answer = stranger.post("/cases/FL-000001/reply", kind="status", text=LETTER)

    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fcases%2FFL-000001")
    assert "on its way" not in answer.text


def noted(database: Database) -> list[str]:
    """What the timelines say of the letters that staff wrote."""
    with database.reading() as session:
        said = session.scalars(select(EventRow.text).where(EventRow.kind == "replied").order_by(EventRow.id)).all()
    return [text.partition(": ")[2] for text in said]


def replied(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(OutgoingRow.kind)).all().count("status")
