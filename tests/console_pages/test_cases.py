"""Lists of cases, the page of one, and what staff do on it."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import event, select

from console.auth.roles import Role
from intake.accept import Acceptor
from models.db import Database
from models.tables import AuditRow, CaseRow, OutgoingRow, ReportRow
from models.values import CaseState
from tests.conftest import Clock
from tests.console.builders import acknowledgement, case, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn
from tests.flows.story import Story
from workers.desk import Desk

HOSTILE = """<html><head><style>body{display:none}</style></head><body onload="steal()">
<script>steal()</script><img src="https://tracker.example/pixel.gif"><p style="position:fixed;color:red">The array is
down.</p><form action="https://evil.example"><input name=x></form><iframe src="https://evil.example"></iframe>
<a href="javascript:steal()">here</a><table width="99999"><tr><td>wide</td></tr></table></body></html>"""


PLAIN = (
    "The array is down.\n\nOn Mon, 9 Nov 2026 at 09:00, Desk <support@firstline.example> wrote:\n> Is the array up?\n"
)


def mail(subject: str = "Array down", html: str = "", attached: bytes = b"<script>steal()</script>") -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Ann <ann@customer.example>", "support@firstline.example"
    message["Subject"], message["Message-ID"] = subject, f"<{abs(hash(subject))}@customer.example>"
    message.set_content(html or PLAIN, subtype="html" if html else "plain")
    message.add_attachment(attached, maintype="text", subtype="html", filename="日志.html")
    return message.as_bytes()


@pytest.fixture
def story(make_desk: Callable[..., Desk], database: Database, clock: Clock) -> Story:
    acceptor = Acceptor(database, lambda: None)
    return Story(make_desk(), acceptor, clock)


@pytest.fixture
def arrived(story: Story) -> ReportRow:
    report = story.arrives(mail())
    story.sends()
    return report


def test_a_list_shows_what_it_is_asked_for_page_by_page(log_in: LogIn, database: Database, clock: Clock) -> None:
    for number in range(120):
        state = CaseState.CLOSED if number % 4 == 0 else CaseState.NEW
        store(database, case(clock(), level=1 + number % 4, subject=f"Report {number}", state=state))
    viewer = log_in(Role.VIEWER)

    first = viewer.page("/cases")
    numbers = [node.text() for node in first.css("tbody td:nth-child(2)")]
    older = first.css_first('a[rel="next"]')
    assert older is not None
    second = viewer.page(older.attributes["href"] or "")

    assert len(numbers) == 50
    assert len(second.css("tbody tr")) == 40
    assert numbers[0] == "FL-000120"
    assert len(viewer.page("/cases?state=open&level=2").css("tbody tr")) == 30
    assert len(viewer.page("/cases?state=closed&level=1").css("tbody tr")) == 30


@pytest.mark.parametrize("q", ["阵列", "FL-000002", "2", "bob@"])
def test_a_search_finds_chinese_numbers_and_addresses_closed_cases_too(
    log_in: LogIn, database: Database, clock: Clock, q: str
) -> None:
    store(database, case(clock(), subject="Backup failed"))
    store(database, case(clock(), subject="磁盘阵列离线", customer="bob@customer.example", state=CaseState.CLOSED))

    rows = log_in().page(f"/cases?q={q}").css("tbody tr")

    assert [" ".join(row.text().split()).partition(" ")[2][:9] for row in rows] == ["FL-000002"]


def test_deadlines_that_were_missed_are_a_list_of_their_own(log_in: LogIn, database: Database, clock: Clock) -> None:
    store(database, case(clock(), level=1, subject="Old"))
    clock.forward(hours=13)
    agent = log_in()
    store(database, case(clock(), level=4, subject="New"))

    assert text(agent.page("/cases?due=breached"), "tbody").count("FL-") == 1
    assert "Old" in text(agent.page("/cases?due=breached"), "tbody")


def test_the_page_of_a_case_has_all_that_was_said_with_history_folded(arrived: ReportRow, log_in: LogIn) -> None:
    page = log_in().page("/cases/FL-000001")

    assert text(page, "h1") == "Array down"
    assert text(page, ".is-mail .bubble > pre") == "The array is down."
    assert "Is the array up?" in text(page, ".is-mail details pre")
    assert "sent" in text(page, ".is-letter .pill")
    assert "yilong" in text(page, ".clock details")


@pytest.mark.parametrize(("language", "name"), [("en", "Level 2 (major)"), ("zh-Hans", "二级（严重）")])
def test_the_level_is_named_in_the_language_of_the_page(
    arrived: ReportRow, log_in: LogIn, database: Database, language: str, name: str
) -> None:
    with database.transaction() as session:
        case = session.get_one(CaseRow, arrived.case_id)
        case.level, case.profile = 2, "yilong"

    page = log_in(language=language).page("/cases/FL-000001")

    assert case.language == "en"
    assert name in text(page, "aside dl")


def test_a_hostile_mail_is_shown_without_what_it_would_do(story: Story, log_in: LogIn) -> None:
    story.arrives(mail(html=HOSTILE))
    agent = log_in()
    page = agent.page("/cases/FL-000001")
    frame = page.css_first("iframe.mail[sandbox='']")
    assert frame is not None

    answer = agent.get(frame.attributes["src"] or "")

    for word in ("script", "onload", "tracker", "iframe", "<form", "javascript", "position"):
        assert word not in answer.text.partition("</style>")[2]
    assert "The array is" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_an_attachment_is_a_download_whatever_it_is(arrived: ReportRow, log_in: LogIn) -> None:
    agent = log_in(Role.VIEWER)
    link = agent.page("/cases/FL-000001").css_first(".files a")
    assert link is not None
    path = link.attributes["href"] or ""

    answer = agent.get(path)

    assert answer.content == b"<script>steal()</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert agent.get(path.replace("FL-000001", "FL-000002")).status_code == 404


def test_an_agent_brings_a_case_to_its_end_and_it_is_in_the_log(
    arrived: ReportRow, log_in: LogIn, database: Database
) -> None:
    agent = log_in(name="ann")
    with database.transaction() as session:
        session.get_one(CaseRow, 1).process = "fault"

    assert agent.post("/cases/FL-000001/state", to="accepted").status_code == 303
    assert agent.post("/cases/FL-000001/state", to="solved", cause="a fan").status_code == 409
    assert agent.post("/cases/FL-000001/state", to="solved", cause="a fan", solution="a new fan").status_code == 303

    with database.reading() as session:
        row = session.get_one(CaseRow, 1)
        assert (row.state, row.accepted_by, row.solution) == ("solved", "ann@firstline.example", "a new fan")
        assert session.scalars(select(AuditRow.what).order_by(AuditRow.id)).all() == ["accepted", "solved"]


def test_a_letter_is_previewed_and_then_sent_as_it_was_shown(
    arrived: ReportRow, log_in: LogIn, database: Database
) -> None:
    agent = log_in()

    shown = agent.post("/cases/FL-000001/preview", kind="status", text="The spare fan <is> on its way.")
    with database.reading() as session:
        assert session.scalars(select(OutgoingRow.kind)).all() == ["acknowledgement"]
    agent.post("/cases/FL-000001/reply", kind="status", text="The spare fan <is> on its way.")

    assert "The spare fan &lt;is&gt; on its way." in shown.text
    assert "ann@customer.example" in shown.text
    with database.reading() as session:
        assert "status" in session.scalars(select(OutgoingRow.kind)).all()
    assert "The spare fan &lt;is&gt; on its way." in agent.get("/cases/FL-000001").text


def test_consent_stops_the_clocks_and_a_kept_promise_needs_words(
    arrived: ReportRow, log_in: LogIn, database: Database
) -> None:
    agent = log_in()

    agent.post("/cases/FL-000001/consent", answer="asked")
    assert "stands still" in text(agent.page("/cases/FL-000001"), ".side")
    agent.post("/cases/FL-000001/consent", answer="given")

    assert agent.post("/cases/FL-000001/met", clock="respond", reason=" ").status_code == 409
    assert agent.post("/cases/FL-000001/met", clock="respond", reason="called").status_code == 303
    assert agent.post("/cases/FL-000001/met", clock="nonsense", reason="x").status_code == 409


def test_an_open_page_is_told_that_something_has_happened(arrived: ReportRow, log_in: LogIn) -> None:
    agent = log_in()
    page = agent.page("/cases/FL-000001")
    place = page.css_first(".presence")
    assert place is not None
    news = place.attributes["hx-get"] or ""
    assert agent.get(news).text.strip() == ""

    agent.post("/cases/FL-000001/state", to="accepted")

    assert "Something has happened" in agent.get(news).text


def test_two_people_with_one_case_open_know_of_each_other(arrived: ReportRow, log_in: LogIn) -> None:
    ann, eve = log_in(name="ann"), log_in(name="eve")
    ann.page("/cases/FL-000001")

    page = eve.page("/cases/FL-000001")

    assert "Also here: Ann" in text(page, ".presence")
    assert "live:presence-1" in (page.css_first(".presence").attributes["hx-trigger"] or "")  # type: ignore[union-attr]
    assert "Also here: Eve" in ann.get("/cases/FL-000001/news?since=99").text
    assert "Also here: Ann" in eve.get("/cases/FL-000001/news?since=99").text


@pytest.mark.parametrize(("language", "says"), [("en", "says nothing without a text"), ("zh-Hans", "没有正文")])
def test_a_letter_without_a_text_is_not_sent_and_the_form_stays_as_it_was(
    arrived: ReportRow, story: Story, log_in: LogIn, database: Database, language: str, says: str
) -> None:
    agent = log_in(language=language)
    agent.page("/cases/FL-000001")

    shown = LexborHTMLParser(agent.post("/cases/FL-000001/preview", kind="interim", text=" ").text)
    answer = agent.post("/cases/FL-000001/reply", kind="interim", text=" \n")
    page = LexborHTMLParser(answer.text)

    assert answer.status_code == 422
    assert says in text(shown, "[role=alert]")
    assert says in text(page, "form [role=alert]")
    assert [option.attributes["value"] for option in page.css("option[selected]")] == ["interim"]
    assert [back.attributes["value"] for back in page.css("[name=back]")][:1] == ["/cases/FL-000001"]
    assert kinds(database) == ["acknowledgement"]


def test_a_visit_may_be_announced_without_a_text(arrived: ReportRow, log_in: LogIn, database: Database) -> None:
    agent = log_in()
    agent.page("/cases/FL-000001")

    assert agent.post("/cases/FL-000001/reply", kind="visit", text="").status_code == 303
    assert kinds(database) == ["acknowledgement", "visit"]


def kinds(database: Database) -> list[str]:
    """Of what was written to the customer, in order."""
    with database.reading() as session:
        return list(session.scalars(select(OutgoingRow.kind).order_by(OutgoingRow.created_at)))


def test_a_case_with_many_mails_asks_the_database_no_more_often(
    story: Story, log_in: LogIn, database: Database
) -> None:
    story.arrives(mail())
    agent = log_in()
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    agent.page("/cases/FL-000001")
    few = len(asked)
    for number in range(4):
        raw = mail(f"Re: [FL-000001] Array down {number}").replace(
            b"Message-ID:", f"In-Reply-To: <{abs(hash('Array down'))}@customer.example>\nMessage-ID:".encode()
        )
        story.arrives(raw)
    asked.clear()
    page = agent.page("/cases/FL-000001")

    assert len(page.css(".is-mail")) == 5
    assert len(asked) == few
    assert few < 35


@pytest.mark.parametrize("path", ["FL-000009", "nonsense", "FL-000009/reports/x/html", "FL-000001/reports/x/raw"])
def test_what_is_not_there_is_a_page_that_says_so(log_in: LogIn, path: str) -> None:
    answer = log_in().get(f"/cases/{path}")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_what_cannot_be_done_on_a_case_is_said_with_a_way_back_to_it(
    database: Database, clock: Clock, log_in: LogIn
) -> None:
    store(database, case(clock(), state=CaseState.ACCEPTED))
    agent = log_in()

    refused = LexborHTMLParser(agent.post("/cases/FL-000001/state", to="solved").text)
    nowhere = LexborHTMLParser(agent.get("/cases/FL-000009").text)

    assert "say its cause and its solution" in text(refused, "h1")
    assert [link.attributes["href"] for link in refused.css("main a")] == ["/cases/FL-000001", "/"]
    assert [link.attributes["href"] for link in nowhere.css("main a")] == ["/"]


@pytest.mark.parametrize(("process", "wanted"), [("fault", ["cause", "solution"]), ("non-fault", [])])
def test_the_form_that_ends_a_fault_wants_its_cause_and_its_solution(
    database: Database, clock: Clock, log_in: LogIn, process: str, wanted: list[str]
) -> None:
    store(database, case(clock(), process=process, state=CaseState.ACCEPTED))

    page = log_in().page("/cases/FL-000001")

    assert [field.attributes["name"] for field in page.css(".side textarea[required]")] == wanted


@pytest.mark.parametrize("held", [True, False])
def test_a_notice_by_sms_says_once_that_it_is_one(log_in: LogIn, database: Database, clock: Clock, held: bool) -> None:
    row = case(clock())
    store(database, row)
    due = {"due_at": None if held else clock(), "state": "pending", "channel": "sms", "recipient": "+8613800138000"}
    store(database, acknowledgement(row, clock(), kind="notice", content=b"FL-000001: call", **due))
    viewer = log_in(Role.SUPERVISOR)

    outgoing = text(viewer.page("/intake/outgoing"), "tbody tr")
    on_case = text(viewer.page("/cases/FL-000001"), ".is-notice")
    shown = [outgoing, on_case, *([text(viewer.page("/intake/held"), "tbody tr")] if held else [])]

    assert [said.count("SMS") for said in shown] == [1] * len(shown), shown
    assert all("Notice to staff" in said for said in shown)
