"""Whose mail is put on a case, and whose only makes a new one that is linked to it."""

from collections.abc import Callable

import pytest

from intake.accept import Acceptor
from models.tables import CaseRow
from models.values import CaseState
from tests.conftest import Clock
from tests.factories import mail
from tests.flows.story import Story
from workers.desk import Desk

pytestmark = pytest.mark.every_backend


def test_a_customer_answers_from_another_address_to_the_reply_address(story: Story) -> None:
    report = story.arrives(mail())
    [acknowledgement] = story.answers()

    answer = story.arrives(
        mail("Bob here, taking over.", sender="bob@elsewhere.example", subject="storage"),
        mail_from="bob@elsewhere.example",
        rcpt_to=acknowledgement["Reply-To"],
    )

    assert answer.case_id == report.case_id


def test_a_stranger_with_a_guessed_number_starts_a_case_of_his_own(story: Story) -> None:
    report = story.arrives(mail())

    stranger = story.arrives(
        mail("Put me in.", sender="eve@stranger.example", subject="Re: [FL-000001-aaaaaaaaaa] Backup failed"),
        mail_from="eve@stranger.example",
    )

    assert stranger.outcome == "case"
    assert stranger.case_id != report.case_id


def test_a_stranger_who_refers_to_a_customers_mail_starts_a_case_of_his_own(story: Story) -> None:
    report = story.arrives(mail(message_id="<known@customer.example>"))

    stranger = story.arrives(
        mail("Me too.", sender="eve@stranger.example", headers={"References": "<known@customer.example>"}),
        mail_from="eve@stranger.example",
    )

    assert stranger.case_id != report.case_id


def test_a_colleague_who_answers_all_joins_the_case(story: Story) -> None:
    report = story.arrives(mail(message_id="<known@customer.example>"))

    colleague = story.arrives(
        mail("It is rack 4.", sender="bob@customer.example", headers={"References": "<known@customer.example>"}),
        mail_from="bob@customer.example",
    )

    assert colleague.case_id == report.case_id
    assert colleague.outcome == "follow-up"


def test_a_partner_whom_the_customer_copied_joins_the_case(story: Story) -> None:
    report = story.arrives(
        mail(message_id="<known@customer.example>", headers={"Cc": "Integrator <joe@integrator.example>"})
    )

    partner = story.arrives(
        mail(
            "We changed the cable.", sender="joe@integrator.example", headers={"References": "<known@customer.example>"}
        ),
        mail_from="joe@integrator.example",
    )

    assert partner.case_id == report.case_id


def test_a_third_party_gets_a_case_of_his_own_that_is_linked(story: Story) -> None:
    report = story.arrives(mail())
    [acknowledgement] = story.answers()

    third = story.arrives(
        mail("Same here, on our array.", sender="eve@stranger.example", subject=f"Fw: {acknowledgement['Subject']}"),
        mail_from="eve@stranger.example",
    )

    assert third.outcome == "case"
    assert third.case_id != report.case_id
    assert story.linked(third.case_id) == {report.case_id}
    assert "linked" in story.events(report.case_id)
    assert len(story.answers()) == 2


def test_a_customer_who_chases_a_case_in_a_new_mail_gets_one_that_is_linked(story: Story) -> None:
    report = story.arrives(mail())

    chasing = story.arrives(mail(f"Any news of FL-{report.case_id:06}? It is still down.", subject="Storage again"))
    quoted = f"On Mon, 9 Nov 2026 at 10:00, Support wrote:\n> Your case is FL-{report.case_id:06}."
    quoting = story.arrives(mail(f"Another array has failed.\n\n{quoted}", subject="Array 2"))

    assert chasing.case_id != report.case_id
    assert story.linked(chasing.case_id) == {report.case_id}
    assert story.linked(quoting.case_id) == set()


@pytest.mark.parametrize(("days", "joins"), [(13, True), (15, False)])
def test_an_answer_to_a_closed_case_opens_it_again_or_is_linked_as_the_profile_says(
    story: Story, days: int, joins: bool
) -> None:
    report = story.arrives(mail())
    [acknowledgement] = story.answers()
    story.close(report.case_id)
    story.clock.forward(days=days)

    answer = story.arrives(mail("It is back.", headers={"In-Reply-To": acknowledgement["Message-ID"]}))

    assert (answer.case_id == report.case_id) is joins
    assert ("reopened" in story.events(report.case_id)) is joins
    assert story.case(report.case_id).state == (CaseState.ACKNOWLEDGED if joins else CaseState.CLOSED)
    assert story.linked(answer.case_id) == (set() if joins else {report.case_id})


FORWARDED = """Please take this one.

-----Original Message-----
From: Ann Lee <ann@customer.example>
Sent: Monday, 9 November 2026 09:50
To: Sam Sales <sam@firstline.example>
Subject: Backup failed

The backup of the file server failed again last night.
"""


@pytest.fixture
def staffed(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Story:
    return Story(make_desk(staff=frozenset({"sam@firstline.example"})), acceptor, clock)


def test_a_customers_mail_that_staff_passes_on_is_filed_under_the_customer(staffed: Story) -> None:
    report = staffed.arrives(
        mail(FORWARDED, sender="Sam <sam@firstline.example>", subject="FW: Backup failed"),
        mail_from="sam@firstline.example",
    )

    assert staffed.case(report.case_id).customer == "ann@customer.example"
    [answer] = staffed.answers()
    assert answer["To"] == "sam@firstline.example"  # nobody has proven that he is Sam


def test_a_customer_who_passes_a_mail_on_remains_the_customer(staffed: Story) -> None:
    report = staffed.arrives(mail(FORWARDED, sender="Joe <joe@integrator.example>", subject="FW: Backup failed"))

    assert staffed.case(report.case_id).customer == "joe@integrator.example"


def test_whoever_has_the_domain_with_another_letter_is_a_stranger(story: Story) -> None:
    """Folded, ß is ss; as names in the DNS they are two, of two owners."""
    report = story.arrives(mail(sender="ann@strasse.example", message_id="<known@strasse.example>"))

    stranger = story.arrives(
        mail("Put me in.", sender="eve@straße.example", headers={"References": "<known@strasse.example>"})
    )

    assert stranger.case_id != report.case_id


def test_who_sends_a_notice_about_a_message_of_ours_has_no_part_in_its_case(story: Story) -> None:
    """The Message-ID travels with every mail that is passed on, and anybody can make a notice of it."""
    report = story.arrives(mail())
    [acknowledgement] = story.answers()
    notice = story.arrives(
        mail(
            "<gone@stranger.example>: 550 5.1.1 no such user\n\n  ----- Original message follows -----\n\n"
            f"Message-ID: {acknowledgement['Message-ID']}\n",
            sender="eve@stranger.example",
            subject="Undelivered Mail Returned to Sender",
            message_id="<notice@stranger.example>",
        ),
        mail_from="",
    )

    stranger = story.arrives(
        mail("Put me in.", sender="eve@stranger.example", headers={"In-Reply-To": "<notice@stranger.example>"}),
        mail_from="eve@stranger.example",
    )

    assert notice.case_id == report.case_id
    assert stranger.case_id != report.case_id


def by_our_group(name: str, address: str, **more: str) -> bytes:
    """A mail to the desk's address where that is a group, which writes itself into From (DMARC)."""
    return mail(
        f"{name} reports: the array shows two red lights.",
        sender=f"'{name}' via Support <support@firstline.example>",
        headers={
            "Reply-To": f"{name} <{address}>",
            "List-Id": "<support.firstline.example>",
            "List-Post": "<mailto:support@firstline.example>",
            "List-Unsubscribe": "<mailto:support+unsubscribe@firstline.example>",
            "Precedence": "list",
            **more,
        },
    )


def test_who_writes_through_a_group_of_ours_is_himself_and_answered(story: Story) -> None:
    report = story.arrives(by_our_group("Ann", "ann@customer.example", **{"Message-ID": "<first@customer.example>"}))
    answers = {"In-Reply-To": "<first@customer.example>"}

    bob = story.arrives(by_our_group("Bob", "bob@customer.example", **answers))
    stranger = story.arrives(by_our_group("Eve", "eve@stranger.example", **answers))

    assert story.case(report.case_id).customer == "ann@customer.example"
    assert bob.case_id == report.case_id
    assert stranger.case_id != report.case_id
    assert [answer["To"] for answer in story.answers()] == ["ann@customer.example", "eve@stranger.example"]


def test_of_a_very_long_thread_the_mail_that_began_it_counts(story: Story) -> None:
    report = story.arrives(mail(message_id="<known@customer.example>"))
    thread = " ".join(f"<{number}@customer.example>" for number in range(150))

    answer = story.arrives(
        mail(
            "After 150 mails among us: half works.",
            subject="rack",
            headers={"References": f"<known@customer.example> {thread}"},
        )
    )

    assert answer.case_id == report.case_id


def test_a_visitor_of_a_web_site_has_no_part_in_the_cases_of_others_who_used_its_form(story: Story) -> None:
    def by_form(visitor: str, subject: str) -> bytes:
        said = f"Name: Z\nEmail: {visitor}\nMessage: I see two red lights, please help."
        return mail(said, subject=subject, sender="noreply@www.firstline.example", headers={"Reply-To": visitor})

    report = story.arrives(by_form("ann@customer.example", "Contact form"))
    [acknowledgement] = story.answers()

    stranger = story.arrives(by_form("eve@stranger.example", f"Contact form: {acknowledgement['Subject']}"))
    herself = story.arrives(by_form("ann@customer.example", f"Contact form: {acknowledgement['Subject']}"))

    assert stranger.case_id != report.case_id
    assert herself.case_id == report.case_id


@pytest.mark.parametrize("place", ["subject", "text"])
def test_a_mail_about_two_cases_of_hers_is_told_to_both(story: Story, place: str) -> None:
    backup, press = story.arrives(mail()), story.arrives(mail("The press stops at times.", subject="Press 4"))
    one, two = sorted(story.answers(), key=lambda answer: "Press" in str(answer["Subject"]))
    with story.desk.database.transaction() as session:
        session.get_one(CaseRow, press.case_id).needs_review = False
    subject = f"Re: {one['Subject']}" + (f" and {two['Subject']}" if place == "subject" else "")

    answer = story.arrives(
        mail(f"The backup runs. FL-{press.case_id:06} has stopped for good.", subject=subject), rcpt_to=one["Reply-To"]
    )

    assert answer.case_id == backup.case_id
    assert "linked" in story.events(press.case_id)
    assert story.case(press.case_id).needs_review


def test_a_strangers_case_that_an_answer_names_hears_nothing(story: Story) -> None:
    story.arrives(mail())
    [acknowledgement] = story.answers()
    other = story.arrives(mail("Press.", subject="Press", sender="eve@stranger.example"))

    story.arrives(mail(f"As in FL-{other.case_id:06}.", subject=f"Re: {acknowledgement['Subject']}"))

    assert "linked" not in story.events(other.case_id)
