"""Has recordings written down, one after the other, beside everything else: nobody waits for it.

What a recording says comes back as a report of its own, stored together with the note that it is written down: after a
kill it is written down again, and told once.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from intake.channels.phone_messages import transcript_report
from intake.hotline import spoken
from models import queue, transcripts
from models.bodies import Forgotten
from models.db import Database
from models.errors import Temporary
from models.sealing import Tampered
from models.tables import ReportRow, TranscriptRow
from models.transcripts import Job
from workers.hotline.program import NothingHeard, NotWrittenDown, Stopped
from workers.record.journal import Journal

log = logging.getLogger(__name__)

PERIOD_SECONDS = 1.0
_DIED = "whoever wrote it down did not come back"


class Scribe(Protocol):
    """What writes down a recording; see `workers.hotline.program.Program`."""

    def write_down(self, kind: str, audio: bytes, language: str) -> str: ...
    def stop(self) -> None: ...


class Transcriber:
    """Looks every second for recordings to be written down; any number of processes may. `wake` is told that there is a
    report, `observe` what became of each try: done, failed, or given-up where it was the last."""

    def __init__(
        self,
        database: Database,
        scribe: Scribe,
        clock: Callable[[], datetime],
        owner: str,
        wake: Callable[[], None] = lambda: None,
        observe: Callable[[str], None] = lambda result: None,
    ) -> None:
        self._database = database
        self._scribe = scribe
        self._clock = clock
        self._owner = owner
        self._wake = wake
        self._observe = observe
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="transcriber", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the program, too; its recording comes again at the next start."""
        self._stopping.set()
        self._scribe.stop()
        self._thread.join()

    def run(self) -> int:
        """Write down what is due until nothing is; returns how many tries that were."""
        tried = 0
        while not self._stopping.is_set() and self._try_next():
            tried += 1
        return tried

    def _try_next(self) -> bool:
        """Try the recording that has waited longest; False where none is due."""
        with self._database.transaction(gives_way=True) as session:
            now = self._clock()
            row = transcripts.first_due(session, now)
            if row is None:
                return False
            if row.attempts >= transcripts.LIMIT_TRIES:
                self._give_up(session, row, _DIED, now)
                return True
            try:
                job = transcripts.claim(session, row, self._owner, now)
            except (Forgotten, Tampered) as error:  # nobody can listen to it any more, either
                transcripts.give_up(row, str(error))
                self._observe("given-up")
                return True
        try:
            text = job.known or self._scribe.write_down(job.kind, job.audio, job.language)
        except Stopped:
            self._postpone(job)
        except NotWrittenDown as error:
            self._fail(job, error)
        else:
            self._finish(job, text)
        return True

    def _finish(self, job: Job, text: str) -> None:
        said, now = spoken.read(job.report), self._clock()
        report = transcript_report(said.recording_sid, said.of_call, said.caller, job.language, text, now)
        with self._database.transaction(gives_way=True) as session:
            row = transcripts.held(session, job)
            if row is None:
                return
            transcripts.finish(row, text)
            queue.add(session, [report])
        log.info("recording_transcribed", extra={"report": job.report_id})
        self._observe("done")
        self._wake()

    def _fail(self, job: Job, error: NotWrittenDown) -> None:
        log.warning("recording_not_transcribed", extra={"report": job.report_id, "error": str(error)})
        with self._database.transaction(gives_way=True) as session:
            row = transcripts.held(session, job)
            if row is None:
                return
            now = self._clock()
            if row.attempts >= transcripts.LIMIT_TRIES or isinstance(error, NothingHeard):
                self._give_up(session, row, str(error), now)
                return
            transcripts.fail(row, str(error), now)
        self._observe("failed")

    def _give_up(self, session: Session, row: TranscriptRow, because: str, now: datetime) -> None:
        """Nobody tries again: the case, which says "listen" already, says why that is all there will be."""
        transcripts.give_up(row, because)
        report = session.get_one(ReportRow, row.report_id)
        if report.case_id is not None:
            text = f"report {report.id}: what the caller recorded is not written down, listen to it: {because}"
            Journal(session, now).note(report.case_id, "not-transcribed", text)
        self._observe("given-up")

    def _postpone(self, job: Job) -> None:
        with self._database.transaction(gives_way=True) as session:
            row = transcripts.held(session, job)
            if row is not None:
                transcripts.postpone(row, self._clock())

    def _run(self) -> None:
        while not self._stopping.wait(PERIOD_SECONDS):
            try:
                self.run()
            except Temporary as error:
                log.warning("transcriber_postponed", extra={"error": str(error)})
            except Exception as error:
                log.error("transcriber_failed", exc_info=error)
