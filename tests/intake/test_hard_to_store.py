"""What a mail can hold and a database may not take: it is stored all the same, and found again."""

import random

import pytest

from intake.accept import Acceptor
from intake.mail.headers import LONGEST_ID
from tests.factories import mail
from tests.flows.conftest import story as story  # the fixture
from tests.flows.story import Story

pytestmark = pytest.mark.every_backend


def noise(length: int) -> str:
    """Text that no index can make shorter."""
    return f"{random.Random(7).getrandbits(4 * length):0{length}x}"


def test_a_message_id_longer_than_an_entry_of_an_index_is_cut_and_answers_to_it_still_find_its_case(
    story: Story, acceptor: Acceptor
) -> None:
    message_id = f"<{noise(9000)}@customer.example>"
    raw = mail().replace(b"\r\nMessage-ID: ", b"\r\nX-Old-ID: ", 1)
    first = story.arrives(f"Message-ID: {message_id}\r\n".encode() + raw)

    answer = story.arrives(f"In-Reply-To: {message_id}\r\n".encode() + mail("It is back."))

    assert (first.outcome, answer.outcome) == ("case", "follow-up")
    assert answer.case_id == first.case_id
    assert len(first.message_id or "") == LONGEST_ID


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(mail("The disk\0 failed.", subject="Disk failed"), id="a NUL in the text"),
        pytest.param(mail().replace(b"Backup failed", b"Backup\0failed"), id="a NUL in the subject"),
        pytest.param(mail().replace(b"Ann Lee", b"Ann\0Lee"), id="a NUL in a name"),
        pytest.param(mail().replace(b".test@", b".te\0st@"), id="a NUL in the Message-ID"),
        pytest.param(mail().replace(b"ann@", b"a\0nn@"), id="a NUL in the address"),
        pytest.param(mail().replace(b"Backup failed", b"Backup \xff\xfe failed"), id="bytes of no encoding"),
    ],
)
def test_text_that_a_database_refuses_does_not_keep_a_mail_from_its_case(story: Story, raw: bytes) -> None:
    report = story.arrives(raw)

    assert report.outcome == "case"
