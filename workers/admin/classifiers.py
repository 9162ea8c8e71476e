"""The desk's classifiers as the pages show, compare and promote them, and what people taught them as a file."""

import csv
import io
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.pages.admin_services import Model, Models, Promotion, Window
from models.db import Database
from models.errors import Misconfigured, NotPossible
from models.settings import Settings
from models.tables import CorrectionRow
from models.values import case_number
from workers import drift, modelstore, promotion
from workers.directory.formulas import with_apostrophe
from workers.learning import corrections

_HISTORY = 20
_AT_ONCE = 1000
_LEDGER = (
    "at", "by", "reason", "case", "channel", "language", "subject", "model", "predicted_level", "predicted_category",
    "level", "category", "withdrawn_at", "text_hash",
)  # fmt: skip
# A comparison has two models and the frozen test in memory.
_TURN = threading.Lock()
_PATIENCE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class ModelBook:
    """Implements `console.pages.admin_services.Classifiers`."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]

    def show(self) -> Models:
        folder = modelstore.own_folder(self.settings)
        with _asked():
            in_force = modelstore.find(self.settings)
        history = modelstore.history(folder)[::-1][:_HISTORY]
        found = sorted(folder.glob("*/meta.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        return Models(
            in_force=in_force.name if in_force else "",
            models=[self._model(path.parent, in_force) for path in found if not path.parent.name.startswith(".")],
            history=[
                Promotion(datetime.fromisoformat(entry["at"]), entry["by"], entry["model"], entry["why"])
                for entry in history
            ],
            fixed=str(self.settings.model) if self.settings.model else "",
            may_go_back=self.settings.model is None and modelstore.current(folder) is not None,
        )

    def evaluate(self, version: str) -> None:
        with _asked(), _alone():
            sides = promotion.sides(self.settings, version)
            if sides.challenger is None:
                raise NotPossible(f"classifier {version} is in force: there is nothing to compare it with")
            with self.database.reading() as session:
                corrected = corrections(session)
            found = promotion.contests(sides, corrected)
            promotion.write_report(found, sides, promotion.report_path(self.settings, sides))

    def report(self, version: str) -> bytes | None:
        with _asked():
            path = promotion.report_path(self.settings, promotion.sides(self.settings, version))
        return path.read_bytes() if path.is_file() else None

    def promote(self, version: str, anyway: str, by: str) -> None:
        if self.report(version) is None:
            raise NotPossible(f"classifier {version} is in force, or was not compared with the one that is")
        with self.database.reading() as session:
            corrected = corrections(session)
        with _asked(), _alone():
            promotion.promote(self.settings, version, anyway, by, corrected, self.clock())

    def back(self, version: str, by: str) -> str:
        with _asked(), _alone():
            promotion.check_free(self.settings)
            return modelstore.step_back(modelstore.own_folder(self.settings), self.clock(), by, leaving=version)

    def ledger(self, session: Session, form: str) -> Iterator[bytes]:
        """What people said of what the machine had said, the oldest first, as CSV or a JSON object a line."""
        if form == "csv":
            yield _csv([_LEDGER]).encode("utf-8-sig")
        query = select(CorrectionRow).order_by(CorrectionRow.id).execution_options(yield_per=_AT_ONCE)
        for rows in session.scalars(query).partitions():
            values = [_values(row) for row in rows]
            if form == "csv":
                yield _csv([[with_apostrophe(_cell(cell)) for cell in value.values()] for value in values]).encode()
            else:
                yield "".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in values).encode()

    def _model(self, folder: Path, in_force: Path | None) -> Model:
        corrections = _corrections_known(folder)
        is_in_force = in_force is not None and in_force.name == folder.name
        sides = promotion.Sides(in_force, folder) if in_force is not None and not is_in_force else None
        return Model(
            version=folder.name,
            trained_at=datetime.fromtimestamp((folder / "meta.json").stat().st_mtime, UTC),
            corrections=corrections or 0,
            is_damaged=corrections is None,
            is_in_force=is_in_force,
            has_report=sides is not None and promotion.report_path(self.settings, sides).is_file(),
            verdict=promotion.verdict(self.settings, sides) if sides is not None else None,
        )


def _corrections_known(folder: Path) -> int | None:
    """How many corrections the model in a folder has learnt; None where what it says of itself cannot be read."""
    try:
        return int(json.loads((folder / "meta.json").read_text("utf-8")).get("corrections", 0))
    except (ValueError, AttributeError, TypeError):
        return None


def drift_windows(session: Session, now: datetime) -> tuple[Window, Window]:
    """Implements `console.pages.admin_services.Drift`."""
    found = drift.windows(session, now)
    week, before = (Window(one.total, one.asked, one.corrected, one.labels) for one in (found["week"], found["before"]))
    return week, before


def _values(row: CorrectionRow) -> dict[str, object]:
    """What the ledger says of one correction; not the text, which is the customer's."""
    values: dict[str, object] = {name: getattr(row, name, None) for name in _LEDGER}
    values["at"] = row.at.isoformat(timespec="seconds")
    values["withdrawn_at"] = row.withdrawn_at.isoformat(timespec="seconds") if row.withdrawn_at else None
    values["case"] = case_number(row.case_id)
    return values


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _csv(rows: Iterable[Iterable[object]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue()


@contextmanager
def _alone() -> Iterator[None]:
    if not _TURN.acquire(timeout=_PATIENCE_SECONDS):
        raise NotPossible("somebody else compares or promotes a classifier at the moment; try again when he is done")
    try:
        yield
    finally:
        _TURN.release()


@contextmanager
def _asked() -> Iterator[None]:
    """What is wrong is said to the person who asked for it."""
    try:
        yield
    except Misconfigured as error:
        raise NotPossible(str(error)) from error
