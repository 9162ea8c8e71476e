"""Recordings of callers, and what writes them down."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import undefer

from models.tables import ClassificationRow, ReportRow, TranscriptRow
from tests.fakes.twilio import Caller
from tests.hotline.conftest import STRANGER, Hotline
from workers.hotline.program import Program
from workers.hotline.transcriber import Transcriber

DOWN = "The whole production database is down and nobody in the plant can work."
MakeProgram = Callable[..., Program]


class Lost(BaseException):
    """The process is killed."""


class Scribe:
    """Writes down each recording as the test says, or is killed at it."""

    def __init__(self, *says: str | BaseException) -> None:
        self.says = list(says)
        self.heard: list[tuple[str, bytes, str]] = []

    def write_down(self, kind: str, audio: bytes, language: str) -> str:
        self.heard.append((kind, audio, language))
        said = self.says.pop(0)
        if isinstance(said, BaseException):
            raise said
        return said

    def stop(self) -> None:
        """Nothing runs."""


def is_not_understood(hotline: Hotline, number: str = STRANGER, says: str = "") -> Caller:
    """Somebody who is silent at the menu and when asked what has happened, leaves a message, and tells no name."""
    caller = hotline.english(number).stays_silent().stays_silent().hears("say what has happened").stays_silent()
    caller.hears("not understood").stays_silent().hears("leave your message after the tone")
    return caller.leaves_a_message(20, says=says).hears("your name").presses("#").presses("1").hears("case number")


def transcript(hotline: Hotline) -> ReportRow:
    with hotline.database.reading() as session:
        reports = session.scalars(select(ReportRow).options(undefer(ReportRow.text)))
        [found] = [report for report in reports if report.transcript_of is not None]
        return found


def of_machine(hotline: Hotline) -> list[ClassificationRow]:
    with hotline.database.reading() as session:
        return list(
            session.scalars(
                select(ClassificationRow).order_by(ClassificationRow.id).options(undefer(ClassificationRow.read))
            )
        )


def stored(hotline: Hotline) -> TranscriptRow:
    with hotline.database.reading() as session:
        return session.scalars(select(TranscriptRow)).one()


def writes_down(hotline: Hotline, transcriber: Transcriber) -> None:
    """The recording is fetched, written down, and read."""
    hotline.work()
    hotline.pass_time(6)
    transcriber.run()
    hotline.work()
