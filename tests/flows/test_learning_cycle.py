"""Corrected, trained, evaluated, promoted, rolled back: the classifier by the command line, on the whole corpus."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classify.training import corpus
from models.db import Database
from models.tables import CaseRow
from routing import profile
from tests.conftest import make_office
from tests.console.builders import case, store
from workers import datafolder, modelstore
from workers.cases.correct import correct
from workers.learning import Correction

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
CORRECTIONS = 12


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path) -> Path:
    """A data folder whose desk has corrected its classifier."""
    folder = tmp_path / "data"
    datafolder.prepare(folder)
    shutil.copy(sqlite_template, folder / "firstline.db")
    database = Database(f"sqlite:///{folder / 'firstline.db'}")
    for number, row in enumerate(corpus.read(ROOT / "fixtures" / "corrections")[:CORRECTIONS], 1):
        opened = case(NOW, level=3)
        text = row.text
        opened.classifications[0].read = {"channel": text.channel, "subject": text.subject, "body": text.body}
        store(database, opened)
        with database.transaction() as session:
            said = Correction(row.level, row.category, "ann", "lifts are our trade")
            correct(
                session, session.get_one(CaseRow, number), said, make_office(lambda: NOW), profile.load("yilong"), NOW
            )
    database.close()
    return folder


def firstline(data: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTLINE_")}
    done = subprocess.run(
        [sys.executable, "-m", "workers.main", *arguments, "--data", str(data)],
        capture_output=True,
        cwd=data.parent,
        env=environment | {"COLUMNS": "200"},
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.timeout(1200)
def test_corrections_are_learnt_compared_promoted_and_taken_back(data: Path) -> None:
    trained = firstline(data, "train")
    own = data / "models"
    challenger = modelstore.newest(own)
    assert challenger is not None
    assert f"{challenger.name} is trained, with {CORRECTIONS} corrections" in trained
    assert json.loads((challenger / "meta.json").read_text("utf-8"))["corrections"] == CORRECTIONS
    assert modelstore.current(own) is None  # trained, not in force

    compared = firstline(data, "evaluate")
    assert f"the last {CORRECTIONS} corrections: {challenger.name}, trained last" in compared
    assert "quadratic weighted kappa" in compared
    (page,) = own.glob("evaluation-*.html")
    assert challenger.name in page.read_text("utf-8")

    assert "is in force" in firstline(data, "promote", "--anyway", "the test goes on whatever it finds")
    assert modelstore.current(own) == challenger
    assert "nothing new to learn" in firstline(data, "train")

    assert "is in force again" in firstline(data, "promote", "--back")
    assert modelstore.current(own) is None
