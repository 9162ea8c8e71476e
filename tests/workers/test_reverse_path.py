"""Who is told where a message of ours does not arrive, and relays that are particular about it."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from models.settings import Settings
from tests.servers import free_port
from workers.deliver.email import MailRefused, Relay, RelayUnreachable

OURS = "support@firstline.example"
ANSWER = b"From: support@firstline.example\r\nAuto-Submitted: auto-replied\r\n\r\nWe have your report.\r\n"
LETTER = b"From: support@firstline.example\r\nAuto-Submitted: auto-generated\r\n\r\nAuto-Submitted: auto-replied\r\n"


class Particular:
    """A relay that answers MAIL by the address in it."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.taken: list[tuple[str, list[str]]] = []

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append((envelope.mail_from or "", envelope.rcpt_tos))
        return "250 taken"


@pytest.fixture
def particular() -> Particular:
    return Particular()


@pytest.fixture
def relay(particular: Particular) -> Iterator[Relay]:
    port = free_port()
    controller = Controller(particular, hostname="127.0.0.1", port=port)
    controller.start()
    relay = Relay(Settings(relay_host="127.0.0.1", relay_port=port, addresses=(OURS,)))
    yield relay
    relay.close()
    controller.stop()


def test_a_letter_that_does_not_arrive_comes_back_to_us_and_an_answer_to_nobody(
    relay: Relay, particular: Particular
) -> None:
    relay.send("1@firstline.example", "ann@customer.example", LETTER)
    relay.send("2@firstline.example", "ann@customer.example", ANSWER)

    assert [sender for sender, _ in particular.taken] == [OURS, "<>"]


@pytest.mark.parametrize("refusal", ["553 Mail from must equal authorized user", "501 5.1.7 bad sender"])
def test_a_relay_that_takes_no_empty_sender_is_given_our_address(
    relay: Relay, particular: Particular, refusal: str
) -> None:
    particular.answers["<>"] = refusal

    checked = relay.check()
    for number in range(2):
        relay.send(f"{number}@firstline.example", "ann@customer.example", ANSWER)

    assert "answers" in checked
    assert [sender for sender, _ in particular.taken] == [OURS, OURS]


@pytest.mark.parametrize("refusal", ["552 5.3.4 message too big", "554 5.2.3 size limit exceeded"])
@pytest.mark.parametrize("content", [ANSWER, LETTER])
def test_a_message_that_is_too_large_for_the_relay_says_nothing_of_the_others(
    relay: Relay, particular: Particular, refusal: str, content: bytes
) -> None:
    particular.answers = {"<>": refusal, OURS: refusal}

    with pytest.raises(MailRefused, match=refusal):
        relay.send("1@firstline.example", "ann@customer.example", content)


@pytest.mark.parametrize("content", [ANSWER, LETTER])
def test_a_relay_that_takes_nothing_of_ours_is_out_of_reach(
    relay: Relay, particular: Particular, content: bytes
) -> None:
    particular.answers = {"<>": "550 5.7.1 no", OURS: "550 5.7.1 no"}

    with pytest.raises(RelayUnreachable, match=r"550 5\.7\.1 no"):
        relay.send("1@firstline.example", "ann@customer.example", content)


@pytest.mark.parametrize(
    ("domain", "as_the_dns_has_it"),
    [("客户.example", "xn--ubt06m.example"), ("straße.example", "xn--strae-oqa.example")],
)
def test_a_domain_of_other_letters_needs_no_smtputf8(
    relay: Relay, particular: Particular, domain: str, as_the_dns_has_it: str
) -> None:
    relay.send("1@firstline.example", f"ann@{domain}", LETTER)

    assert particular.taken == [(OURS, [f"ann@{as_the_dns_has_it}"])]
