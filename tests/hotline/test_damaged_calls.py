"""A call whose stored body is damaged holds up nothing that belongs to it."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from models.db import Database
from models.sealing import Keyring
from models.settings import Settings
from tests.console.unreadable import KEY, damaged
from tests.fakes.twilio.exchange import NUMBER, TOKEN
from tests.hotline.conftest import PUBLIC, Hotline
from tests.hotline.test_texts import send
from tests.hotline.transcribing import DOWN, is_not_understood, transcript


@pytest.fixture
def settings() -> Settings:
    token = SecretStr(TOKEN)
    return Settings(public_url=PUBLIC, twilio_auth_token=token, twilio_number=NUMBER, twilio_transcribe=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, Keyring((KEY,)))
    yield database
    database.close()


def test_what_was_recorded_is_put_on_the_case_and_judged_by_itself(hotline: Hotline) -> None:
    caller = is_not_understood(hotline, says=DOWN).hangs_up()
    with hotline.database.transaction() as session:
        damaged(session, hotline.report(caller).id)

    hotline.exchange.transcribes()

    case = hotline.case(caller)
    assert transcript(hotline).state == "done"
    assert (case.level, case.subject, len(hotline.cases())) == (1, DOWN, 1)


def test_who_writes_afterwards_what_it_is_about_is_heard(hotline: Hotline) -> None:
    send(hotline, "a question about my invoice")
    with hotline.database.transaction() as session:
        damaged(session, hotline.reports()[0].id)

    send(hotline, DOWN)

    assert [(report.state, report.outcome) for report in hotline.reports()] == [("done", "case"), ("done", "follow-up")]
