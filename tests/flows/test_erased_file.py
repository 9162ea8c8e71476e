"""The file of an embedded installation, after somebody was erased."""

from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from tests.factories import mail
from tests.flows.story import Story
from workers.erasing.erase import Eraser
from workers.erasing.person import person

pytestmark = pytest.mark.on_sqlite


@pytest.mark.parametrize("runs_on", [False, True])
def test_what_was_erased_does_not_lie_in_the_files_either(story: Story, database_url: str, runs_on: bool) -> None:
    said = "The zinnia array shows marzipan lights.\n" * 200
    story.arrives(mail(said, sender="Zora Quill <zora@customer.example>", subject="Zinnia"))
    story.arrives(mail("All is well.", sender="Bob <bob@other.example>"))
    database = story.desk.database
    with database.reading() as session:
        whom = person(session, "zora@customer.example")

    Eraser(database, story.clock).erase(whom)

    if not runs_on:
        with database.transaction() as session:
            session.execute(text("PRAGMA user_version"))
        database.close()
    file = Path(make_url(database_url).database or "")
    lying = file.read_bytes().lower() + b"".join(one.read_bytes().lower() for one in file.parent.glob(f"{file.name}-*"))
    assert [word for word in (b"zinnia", b"marzipan", b"quill", b"zora@") if word in lying] == []


def test_where_somebody_reads_all_the_time_it_is_said_that_the_log_is_not_empty(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    story.arrives(mail("All is well.", sender="Bob <bob@other.example>"))
    database = story.desk.database
    with database.reading() as session:
        whom = person(session, "bob@other.example")
        Eraser(database, story.clock).erase(whom)

    assert "write_ahead_log_not_emptied" in caplog.messages
