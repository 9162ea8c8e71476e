"""Who is served, and how: from the mail to the contract, and what the reporter is told."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from intake.accept import Acceptor
from intake.trust.verdict import Trust
from models.db import Database
from models.errors import NotPossible
from models.tables import CaseRow, ClockRow, EventRow
from routing import profile as profiles
from routing.rules import UnentitledRule
from tests import directory
from tests.conftest import Clock
from tests.factories import mail
from tests.flows.story import Story
from workers.desk import Desk
from workers.stages.draft import Draft

pytestmark = pytest.mark.every_backend

STAFF = frozenset({"sam@firstline.example"})
SATURDAY = datetime(2026, 11, 14, 2, 0, tzinfo=UTC)
MONDAY_8 = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
BACKUP_ZH = "昨晚备份任务失败，业务运行正常，请帮忙看一下。"


def arrives_from(story: Story, sender: str, body: str | None = None, subject: str = "Backup failed") -> CaseRow:
    """A mail of that sender; the case that it opens."""
    raw = mail(body or "The backup job failed last night, the shop runs normally.", sender=sender, subject=subject)
    report = story.arrives(raw, mail_from=sender)
    assert report.outcome == "case"
    return story.case(report.case_id)


def clocks(story: Story, case: CaseRow) -> dict[str, ClockRow]:
    with story.desk.database.reading() as session:
        return {row.name: row for row in session.scalars(select(ClockRow).where(ClockRow.case_id == case.id))}


def said(story: Story, case: CaseRow, kind: str = "recognised") -> str:
    with story.desk.database.reading() as session:
        return "\n".join(
            session.scalars(select(EventRow.text).where(EventRow.case_id == case.id, EventRow.kind == kind))
        )


def text_of(message: EmailMessage) -> str:
    return str(message.get_content())


@pytest.mark.parametrize(("other", "expected"), [("elsewhere", "elsewhere"), ("own", None), (None, None)])
def test_what_is_promised_where_he_does_not_say_at_which_of_his_sites(
    story: Story, database: Database, plan: int, other: str | None, expected: str | None
) -> None:
    directory.site(database, plan, "S-0200", other)

    case = arrives_from(story, "ann@customer.example")

    assert (case.site_id, case.site_class) == (None, expected)  # with none the scheme's first counts


def test_a_customer_with_a_service_plan_writes_on_a_saturday(story: Story, plan: int, clock: Clock) -> None:
    clock.now = SATURDAY

    case = arrives_from(story, "ann@customer.example")

    assert (case.customer_id, case.profile, case.standing) == (plan, "service-plan", "entitled")
    assert case.profile_version == profiles.load("service-plan").version
    assert case.level_name == profiles.load("service-plan").level_name(case.level, "en", case.category)
    assert case.site_class == "elsewhere"  # his only site
    assert (case.level, case.category) == (3, "data")
    assert clocks(story, case)["respond"].starts_at == MONDAY_8
    assert "customer C-1 by the address of a contact" in said(story, case)
    [answer] = story.answers()
    assert "service contract" not in text_of(answer)


def test_a_colleague_and_a_mail_of_a_subdomain_are_the_customers(story: Story, plan: int) -> None:
    colleague = arrives_from(story, "new@customer.example")
    machine_room = arrives_from(story, "ops@lab.customer.example", body="The tape library hangs, nothing urgent.")

    assert (colleague.customer_id, colleague.contact_id) == (plan, None)
    assert (machine_room.customer_id, machine_room.standing) == (plan, "entitled")


@pytest.mark.usefixtures("plan")
def test_who_is_known_is_not_asked_for_his_company_and_a_stranger_is(story: Story) -> None:
    named = "A disk of SN-4711A is broken, and the array has no spare one left. Its lamp is red since this morning."
    known = arrives_from(story, "ann@customer.example", named)
    stranger = arrives_from(story, "x@stranger.example", named)

    assert "company" not in known.missing
    assert "contact" not in known.missing
    assert "phone" not in known.missing
    assert {"company", "contact", "phone"} <= set(stranger.missing)
    to_known, to_stranger = map(text_of, story.answers())
    assert "company" not in to_known.lower()
    assert "company" in to_stranger.lower()


@pytest.mark.usefixtures("plan")
def test_a_stranger_is_served_by_the_default_profile_and_a_person_looks(story: Story) -> None:
    case = arrives_from(story, "x@stranger.example")

    assert (case.customer_id, case.profile, case.standing) == (None, "yilong", "unknown")
    assert case.needs_review
    assert "neither the sender nor a number" in said(story, case)
    assert "Our list" not in text_of(story.answers()[0])


def test_a_desk_without_a_directory_flags_nobody_for_that(story: Story) -> None:
    case = arrives_from(story, "x@stranger.example")

    assert (case.standing, case.standing_because) == ("unknown", "")
    assert "recognised" not in story.events(case.id)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, "Our list shows no running service contract"),
        (BACKUP_ZH, "未查到与本次报告对应的有效服务合同"),
        ("昨晚備份任務失敗，業務運行正常，請協助查看。", "未查到與本次報告對應的有效服務合約"),
    ],
)
def test_an_expired_contract_is_told_politely_and_the_clocks_run(
    story: Story, lapsed: int, body: str | None, words: str
) -> None:
    case = arrives_from(story, "bob@lapsed.example", body)

    assert (case.customer_id, case.profile, case.standing) == (lapsed, "ucloud", "expired")
    assert case.needs_review
    assert len(clocks(story, case)) > 1
    assert "contract UC-2025-7 ended on 2025-12-31" in said(story, case)
    [answer] = story.answers()
    assert words in text_of(answer)
    assert "UC-2025-7" not in text_of(answer)
    assert "2025-12-31" not in text_of(answer)


@pytest.mark.usefixtures("lapsed")
def test_a_dead_production_is_served_whatever_the_contract_says(story: Story) -> None:
    body = "生产系统全部宕机，所有业务中断，核心数据库无法访问，请立即处理！紧急！"

    case = arrives_from(story, "bob@lapsed.example", body, subject="紧急：核心业务全部中断")

    assert case.level <= 2
    assert f"a fault of level {case.level} is served whatever the standing" in case.standing_because
    assert len(clocks(story, case)) > 1


def test_a_customer_without_any_contract_is_told_the_same(story: Story, database: Database) -> None:
    directory.customer(database, "C-3", domain="lapsed.example")

    case = arrives_from(story, "bob@lapsed.example")

    assert (case.profile, case.standing) == ("yilong", "not-entitled")
    assert "no running service contract" in text_of(story.answers()[0])


def test_who_is_not_named_is_told_so_without_other_peoples_names(story: Story, database: Database) -> None:
    found = directory.customer(database, "C-4", domain="four.example")
    directory.contract(database, found, "YL-4", "yilong", named_askers_only=True)
    directory.contact(database, found, "eve@four.example", is_named_asker=True)

    asker = arrives_from(story, "Eve <eve@four.example>")
    colleague = arrives_from(story, "fay@four.example", "A user cannot print any more, please advise when you can.")

    assert (asker.standing, colleague.standing) == ("entitled", "not-a-named-asker")
    to_asker, to_colleague = (text_of(answer) for answer in story.answers())
    assert "Our list" not in to_asker
    assert "names other people than you" in to_colleague
    assert "eve@" not in to_colleague
    assert "Ann Lee" not in to_colleague
    assert "YL-4" not in to_colleague


def test_a_freemail_domain_in_the_directory_is_nobodys(story: Story, database: Database) -> None:
    found = directory.customer(database, "C-5", domain="qq.com")
    directory.contract(database, found, "YL-5", "yilong")

    case = arrives_from(story, "10001@qq.com")

    assert (case.customer_id, case.standing) == (None, "unknown")


def test_a_customers_mail_that_staff_passes_on_is_the_customers(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock, plan: int
) -> None:
    story = Story(make_desk(staff=STAFF), acceptor, clock)
    body = (
        "Please see below.\n\n---------- Forwarded message ---------\nFrom: Ann Lee <ann@customer.example>\n"
        "Date: Mon, 9 Nov 2026 09:00\nSubject: Backup failed\nTo: sam@firstline.example\n\n"
        "The backup job failed last night, the shop runs normally.\n"
    )

    case = arrives_from(story, "sam@firstline.example", body, subject="Fwd: Backup failed")

    assert (case.customer_id, case.standing) == (plan, "entitled")


def test_where_the_scheme_holds_such_reports_nothing_is_promised_but_a_first_reply(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock, database: Database
) -> None:
    directory.customer(database, "C-3", domain="lapsed.example")
    rule = UnentitledRule(serve="hold", row="a test", stated=True)
    strict = profiles.load("yilong").model_copy(update={"unentitled": rule})
    story = Story(make_desk(profile=strict), acceptor, clock)

    case = arrives_from(story, "bob@lapsed.example")

    assert case.level > 2
    assert set(clocks(story, case)) == {"first_reply"}
    assert case.needs_review
    assert "held until a person has looked" in case.standing_because


def test_a_mail_without_a_letter_is_answered_in_the_customers_language(story: Story, database: Database) -> None:
    found = directory.customer(database, "C-6", domain="six.example", language="zh-Hant")
    directory.contract(database, found, "YL-6", "yilong")

    case = arrives_from(story, "li@six.example", "0x15 ?\n", subject="4711")
    mute = arrives_from(story, "li@six.example", "4712 ???\n", subject="4711 !")

    assert (case.language, mute.language) == ("en", "zh-Hant")
    assert "您的報告" in text_of(story.answers()[-1])


def test_how_long_a_closed_case_can_be_reopened_is_by_its_own_profile(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock, database: Database
) -> None:
    found = directory.customer(database, "C-1", domain="customer.example")
    directory.contract(database, found, "SP-1", "service-plan")
    yilong = profiles.load("yilong")
    never = yilong.model_copy(update={"threads": yilong.threads.model_copy(update={"reopen_days": 0})})
    story = Story(make_desk(profile=never), acceptor, clock)
    customers, strangers = (
        mail(message_id="<1@customer.example>"),
        mail(message_id="<2@x.example>", sender="x@x.example"),
    )
    first, other = story.arrives(customers), story.arrives(strangers, mail_from="x@x.example")
    story.close(first.case_id)
    story.close(other.case_id)
    clock.forward(days=1)

    again = story.arrives(mail("Again.", headers={"References": "<1@customer.example>"}))
    anew = story.arrives(
        mail("Again.", sender="x@x.example", headers={"References": "<2@x.example>"}), mail_from="x@x.example"
    )

    assert (again.outcome, again.case_id) == ("follow-up", first.case_id)
    assert (anew.outcome, anew.case_id == other.case_id) == ("case", False)


@pytest.mark.usefixtures("plan")
def test_where_nobody_vouches_for_the_mail_the_desk_is_told(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock
) -> None:
    def nobody(drafts: Sequence[Draft]) -> list[Trust]:
        return [Trust("none", "it is not signed") for _ in drafts]

    story = Story(make_desk(voucher=nobody), acceptor, clock)

    case = arrives_from(story, "ann@customer.example")

    assert "nobody vouches for where the mail is from" in case.standing_because


def test_whom_reply_to_names_is_told_nothing_of_the_contract(story: Story, database: Database) -> None:
    """Anybody can write a customer's name into From, and his own into Reply-To."""
    found = directory.customer(database, "C-1", domain="customer.example")
    directory.contact(database, found, "ann@customer.example")
    eves = story.arrives(mail(headers={"Reply-To": "eve@stranger.example"}))
    bobs = story.arrives(mail("Another array has failed.", headers={"Reply-To": "bob@customer.example"}))

    told_eve, told_bob = story.answers()

    assert "service contract" not in text_of(told_eve)
    assert "service contract" in text_of(told_bob)
    assert "answered-elsewhere" in story.events(eves.case_id)
    assert "answered-elsewhere" not in story.events(bobs.case_id)


def by_form(visitor: str) -> bytes:
    return mail(
        f"Name: Z\nEmail: {visitor}\nMessage: I see two red lights at our array, please help.",
        subject="Contact form",
        sender="noreply@shop.example",
        headers={"Reply-To": visitor},
    )


def test_what_a_visitor_types_into_a_web_sites_form_is_his_case_and_proves_nothing(story: Story, plan: int) -> None:
    ann, max_ = (story.arrives(by_form(visitor)) for visitor in ("ann@customer.example", "max@other.example"))

    case, other = story.case(ann.case_id), story.case(max_.case_id)
    assert (case.customer, other.customer) == ("ann@customer.example", "max@other.example")
    assert (case.customer_id, case.profile, case.standing) == (plan, "service-plan", "unknown")
    assert case.needs_review
    with pytest.raises(NotPossible, match="not of one customer"):
        story.joins("merge", other.id, case.id)
