"""Mail that is not from where it says: kept, not answered, on no case, until a person vouches for it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from intake.accept import Acceptor
from intake.mail.identity import mail_report
from intake.trust.resolver import Resolver
from models import set_aside
from models.tables import ReportPart, ReportRow
from tests.conftest import Clock
from tests.factories import mail
from tests.flows.story import Story
from tests.servers.dns import name_server
from workers.desk import Desk
from workers.runner import Runner
from workers.stages import vouch

SERVER, ELSEWHERE = "203.0.113.25", "198.51.100.9"


@pytest.fixture(scope="module")
def name_servers() -> Iterator[str]:
    texts = {
        "customer.example": f"v=spf1 ip4:{SERVER} -all",
        "_dmarc.customer.example": "v=DMARC1; p=reject",
        "firstline.example": f"v=spf1 ip4:{SERVER} -all",
    }
    with name_server(texts) as address:
        yield address


@pytest.fixture
def careful(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock, name_servers: str) -> Story:
    desk = make_desk(voucher=vouch.ByDns(Resolver(name_servers)), staff=frozenset({"sam@firstline.example"}))
    return Story(desk, acceptor, clock)


def arrives(story: Story, raw: bytes, client_ip: str, mail_from: str = "ann@customer.example") -> ReportRow:
    """A mail comes from an SMTP client of that address."""
    report = mail_report(raw, "smtp", story.clock(), mail_from, ("support@firstline.example",))
    receipt = story.acceptor.accept(replace(report, client_ip=client_ip, helo="client.example"))
    Runner(story.desk, "test").run()
    story.clock.forward(minutes=1)
    with story.desk.database.reading() as session:
        return session.get_one(ReportRow, receipt.report_id)


def test_a_forged_sender_is_kept_in_quarantine_and_not_answered(careful: Story) -> None:
    report = arrives(careful, mail(), ELSEWHERE)

    assert (report.state, report.outcome, report.case_id) == ("quarantined", "quarantined", None)
    assert "policy is reject" in str(report.outcome_because)
    assert careful.answers() == []


def test_a_true_sender_is_answered(careful: Story) -> None:
    report = arrives(careful, mail(), SERVER)

    assert report.outcome == "case"
    assert str(report.trust).startswith("pass:")
    assert len(careful.answers()) == 1


def test_a_forged_answer_is_not_put_on_the_case_even_with_the_case_s_own_address(careful: Story) -> None:
    case = arrives(careful, mail(), SERVER)
    [acknowledgement] = careful.answers()
    forged = mail(
        "Please send the spare part to the harbour instead.", headers={"In-Reply-To": acknowledgement["Message-ID"]}
    )

    answer = arrives(careful, forged, ELSEWHERE)

    assert (answer.state, answer.case_id) == ("quarantined", None)
    assert "follow-up" not in careful.events(case.case_id)


def test_what_a_person_releases_is_processed_as_if_it_were_true(careful: Story) -> None:
    report = arrives(careful, mail(), ELSEWHERE)

    with careful.desk.database.transaction() as session:
        set_aside.release(set_aside.get(session, report.id), careful.clock())
    Runner(careful.desk, "test").run()

    with careful.desk.database.reading() as session:
        released = session.get_one(ReportRow, report.id)
    assert (released.state, released.outcome) == ("done", "case")
    assert len(careful.answers()) == 1


def test_who_only_says_that_he_is_staff_is_none(careful: Story) -> None:
    case = arrives(careful, mail(), SERVER)
    [acknowledgement] = careful.answers()
    sam = mail(
        "Closing this.",
        sender="sam@unproven.example",
        headers={"From": "Sam <sam@firstline.example>", "In-Reply-To": acknowledgement["Message-ID"]},
    )

    forged = arrives(careful, sam, ELSEWHERE, mail_from="sam@firstline.example")

    assert forged.state == "quarantined"
    assert "follow-up" not in careful.events(case.case_id)


def test_the_word_of_the_relay_in_front_is_as_good(
    make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock
) -> None:
    story = Story(make_desk(voucher=vouch.by_relay("mx.firstline.example")), acceptor, clock)
    said = "mx.firstline.example; dmarc={} (p=reject) header.from=customer.example"

    forged = story.arrives(mail(headers={"Authentication-Results": said.format("fail")}))
    true = story.arrives(mail(headers={"Authentication-Results": said.format("pass")}))

    assert (forged.outcome, true.outcome) == ("quarantined", "case")


def test_a_desk_that_asks_nobody_takes_mail_as_it_comes(story: Story) -> None:
    assert story.arrives(mail()).outcome == "case"


def test_our_own_message_is_known_by_its_stamp_when_a_relay_has_renamed_it(story: Story) -> None:
    story.arrives(mail())
    [acknowledgement] = story.answers()
    acknowledgement.replace_header("Message-ID", "<renamed@relay.example>")

    returned = story.arrives(acknowledgement.as_bytes(), mail_from="forwarder@customer.example")

    assert returned.outcome == "own-notification"


def test_a_bounce_of_a_renamed_message_is_told_on_its_case(story: Story) -> None:
    report = story.arrives(mail())
    [acknowledgement] = story.answers()
    returned = (
        "The following address had permanent fatal errors:\n<ann@customer.example>\n\n"
        "  ----- Original message follows -----\n\nMessage-ID: <renamed@relay.example>\n"
        f"X-Firstline-Notice: {acknowledgement['X-Firstline-Notice']}\nSubject: x\n"
    )

    bounce = story.arrives(
        mail(returned, sender="MAILER-DAEMON@mx.customer.example", subject="Returned mail: User unknown"), mail_from=""
    )

    assert bounce.case_id == report.case_id
    assert "bounced" in story.events(report.case_id)


def test_a_forged_stamp_is_passed_over(story: Story) -> None:
    story.arrives(mail())
    [acknowledgement] = story.answers()
    forged = str(acknowledgement["X-Firstline-Notice"])[:-4] + "aaaa"

    report = story.arrives(mail(headers={"X-Firstline-Notice": forged}))

    assert report.outcome == "case"


AGAIN = "Authentication-Results: mx.firstline.example; dmarc={} (p=reject) header.from=customer.example\r\n"


@pytest.fixture
def relayed(make_desk: Callable[..., Desk], acceptor: Acceptor, clock: Clock) -> Story:
    return Story(make_desk(voucher=vouch.by_relay("mx.firstline.example")), acceptor, clock)


def delivery(said: str, body: str = "The storage array is down.") -> bytes:
    """The same mail each time, with what the relay said of this delivery above it."""
    return AGAIN.format(said).encode() + mail(body, message_id="one@customer.example")


def test_a_mail_in_quarantine_is_taken_when_it_is_delivered_again_with_proof(relayed: Story) -> None:
    first = relayed.arrives(delivery("fail"))

    second = relayed.arrives(delivery("pass"))

    assert (first.outcome, second.outcome) == ("quarantined", "case")
    assert second.id == first.id
    assert "delivered-again" in relayed.events(second.case_id)
    assert len(relayed.answers()) == 1


def test_a_proof_that_comes_before_the_first_delivery_was_judged_counts_too(relayed: Story) -> None:
    relayed.acceptor.accept(mail_report(delivery("fail"), "smtp", relayed.clock()))

    report = relayed.arrives(delivery("pass"))

    assert report.outcome == "case"
    assert len(relayed.answers()) == 1


def test_a_mail_that_is_forged_again_stays_in_quarantine_as_it_came_first(relayed: Story) -> None:
    first = relayed.arrives(delivery("fail"))

    second = relayed.arrives(b"Received: from elsewhere\r\n" + delivery("fail"))

    assert (second.id, second.state, second.part_seq) == (first.id, "quarantined", 0)
    assert parts(relayed, first.id) == ["message/rfc822"]


def test_no_later_forgery_takes_the_place_of_what_was_proven(relayed: Story) -> None:
    relayed.acceptor.accept(mail_report(delivery("pass"), "smtp", relayed.clock()))

    report = relayed.arrives(delivery("fail"))
    relayed.arrives(delivery("fail"))

    assert (report.outcome, report.part_seq) == ("case", 0)
    assert parts(relayed, report.id) == ["message/rfc822"]
    assert len(relayed.answers()) == 1


def test_what_was_released_is_one_case_though_it_is_delivered_again_with_proof(relayed: Story) -> None:
    report = relayed.arrives(delivery("fail"))
    with relayed.desk.database.transaction() as session:
        set_aside.release(set_aside.take(session, report.id), relayed.clock())

    again = relayed.arrives(delivery("pass"))

    assert (again.id, again.outcome) == (report.id, "case")
    assert relayed.arrives(delivery("pass")).case_id == again.case_id
    assert len(relayed.answers()) == 1


def test_the_address_that_a_second_delivery_came_from_is_what_proves_it(careful: Story) -> None:
    first = arrives(careful, mail(message_id="one@customer.example"), ELSEWHERE)

    second = arrives(careful, mail(message_id="one@customer.example"), SERVER)

    assert (first.outcome, second.outcome) == ("quarantined", "case")
    assert (second.id, second.client_ip) == (first.id, SERVER)


def parts(story: Story, report_id: str) -> list[str]:
    with story.desk.database.reading() as session:
        query = select(ReportPart.kind).where(ReportPart.report_id == report_id).order_by(ReportPart.seq)
        return list(session.scalars(query))
