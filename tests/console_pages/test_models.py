"""Classifiers compared, promoted and taken back over the pages; the ledger as a file; drift."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from classify.model import ReportText
from console.auth.roles import Role
from console.pages.admin_services import Window
from console.pages.drift import DriftView
from console.services import Services
from models.db import Database
from models.settings import Settings
from models.tables import AuditRow, CaseRow, CorrectionRow
from models.values import CATEGORIES, LEVELS, Channel
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn
from tests.services import make_services
from tests.trained import copy_of_base
from workers import modelstore
from workers.swapping import SwappingClassifier


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those of a desk that has trained a model of its own: a copy of the base model under another name."""
    settings = Settings(data=tmp_path / "data")
    copy_of_base(modelstore.own_folder(settings) / "trained")
    return settings


@pytest.fixture
def services(database: Database, clock: Clock, settings: Settings) -> Services:
    return make_services(database, clock, settings)


def acts(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(row.what, row.about) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


def test_a_model_is_compared_promoted_taken_up_and_taken_back(
    log_in: LogIn, database: Database, settings: Settings
) -> None:
    running = SwappingClassifier(settings)
    admin = log_in(Role.ADMIN, name="max")
    assert "not compared yet" in text(admin.page("/classifier"), "#models")

    admin.post("/classifier/models/trained/evaluate")
    compared = admin.page("/classifier")
    report = admin.get("/classifier/models/trained/report")
    admin.post("/classifier/models/trained/promote")
    promoted = admin.page("/classifier")
    running.classify([ReportText(Channel.EMAIL, "disk", "one disk is amber")])
    taken_up = running.version
    admin.post("/classifier/back", version="trained")
    again = admin.post("/classifier/back", version="trained")
    taken_back = admin.page("/classifier")

    assert "nothing speaks against it" in text(compared, "#models")
    assert "trained" in report.text
    assert "sandbox" in report.headers["content-security-policy"]
    assert "in force" in text(promoted, "#models article")
    assert "max@firstline.example" in text(promoted, "#models table")
    assert taken_up == "trained"
    assert (again.status_code, "is not in force" in again.text) == (409, True)
    assert "back from trained" in text(taken_back, "#models table")
    assert modelstore.current(modelstore.own_folder(settings)) is None
    base = modelstore.current(modelstore.base_folder())
    assert base is not None
    assert acts(database) == [
        ("compared model", "trained"),
        ("promoted model", "trained"),
        ("went back to model", base.name),
    ]


def test_a_model_that_finds_fewer_of_level_1_is_promoted_only_with_a_reason(log_in: LogIn, settings: Settings) -> None:
    base = modelstore.current(modelstore.base_folder())
    assert base is not None
    own = modelstore.own_folder(settings)
    (own / f"evaluation-{base.name}-trained.html").write_text("the report", "utf-8")
    (own / f"evaluation-{base.name}-trained.json").write_text('{"refused": "level-1 recall fell"}', "utf-8")

    page = log_in(Role.ADMIN).page("/classifier")

    assert "level-1 recall fell" in text(page, "#models")
    assert page.css_first("#models form[action$='/promote'] input[name=anyway][required]") is not None


def test_a_model_whose_files_were_cut_off_is_shown_as_damaged(log_in: LogIn, settings: Settings) -> None:
    meta = modelstore.own_folder(settings) / "trained" / "meta.json"
    meta.write_text(meta.read_text("utf-8")[:100], "utf-8")
    admin = log_in(Role.ADMIN)

    page = admin.page("/classifier")
    answer = admin.post("/classifier/models/trained/evaluate")

    assert "damaged" in text(page, "#models article")
    assert page.css("#models article form") == []
    assert (answer.status_code, "holds no usable model" in answer.text) == (409, True)


def test_a_comparison_that_was_cut_off_counts_as_none(log_in: LogIn, settings: Settings) -> None:
    base = modelstore.current(modelstore.base_folder())
    assert base is not None
    (modelstore.own_folder(settings) / f"evaluation-{base.name}-trained.json").write_text('{"refu', "utf-8")

    page = log_in(Role.ADMIN).page("/classifier")

    assert "not compared yet" in text(page, "#models")


@pytest.mark.parametrize(
    "path", ["/classifier/models/none/promote", "/classifier/models/none/evaluate", "/classifier/back"]
)
def test_what_cannot_be_done_is_said_and_is_no_act(log_in: LogIn, database: Database, path: str) -> None:
    admin = log_in(Role.ADMIN)
    admin.page("/mine")

    answer = admin.post(path, version="none")

    assert answer.status_code == 409
    assert "there is no" in answer.text
    assert acts(database) == []


def test_who_only_looks_finds_the_models_and_no_buttons(log_in: LogIn) -> None:
    page = log_in(Role.SUPERVISOR).page("/classifier")

    assert "trained" in text(page, "#models")
    assert page.css("#models form") == []
    assert log_in(Role.VIEWER).get("/classifier/models/trained/report").status_code == 404


@pytest.fixture
def ledger(database: Database, clock: Clock) -> None:
    store(database, case(clock()))
    with database.transaction() as session:
        for number in range(3):
            session.add(
                CorrectionRow(
                    case_id=1,
                    at=clock() + timedelta(minutes=number),
                    by="ann@firstline.example",
                    reason="=1+1" if number else None,
                    text_hash=str(number),
                    channel="email",
                    language="en",
                    subject="磁盘",
                    body="what the customer wrote",
                    model="1",
                    predicted_level=1,
                    predicted_category="data",
                    level=2,
                    category="data",
                    withdrawn_at=clock() if number == 2 else None,
                )
            )


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_ledger_is_handed_out_without_the_customers_texts(log_in: LogIn, database: Database, form: str) -> None:
    supervisor = log_in(Role.SUPERVISOR)
    supervisor.page("/mine")

    answer = supervisor.post("/classifier/ledger", format=form)

    said = answer.content.decode("utf-8-sig")
    read: Callable[[str], list[dict[str, object]]] = (
        (lambda text: list(csv.DictReader(io.StringIO(text))))
        if form == "csv"
        else (lambda text: [json.loads(line) for line in text.splitlines()])
    )
    rows = read(said)
    assert [row["by"] for row in rows] == ["ann@firstline.example"] * 3
    assert [row["case"] for row in rows] == ["FL-000001"] * 3
    assert rows[1]["reason"] == ("'=1+1" if form == "csv" else "=1+1")
    assert rows[0]["subject"] == "磁盘"
    assert "what the customer wrote" not in said
    assert acts(database) == [("exported ledger", form)]


def test_a_case_that_was_corrected_often_is_one_case_in_the_figures(
    log_in: LogIn, database: Database, clock: Clock, services: Services
) -> None:
    for _ in range(2):
        store(database, case(clock(), level=3))
    with database.transaction() as session:
        for number, level in ((1, 1), (1, 4), (2, 2), (2, 3)):
            services.correct(session, session.get_one(CaseRow, number), level, "hardware", "", "ann")
    clock.forward(minutes=1)

    page = log_in(Role.VIEWER).page("/classifier")

    assert "1 of 2 right (50 %)" in text(page, "#levels")
    assert "1 of 2 right (50 %)" in text(page, "svg.chart")


def window(total: int, **labels: int) -> Window:
    return Window(total, 0, 0, dict.fromkeys(map(str, (*LEVELS, *CATEGORIES)), 0) | labels)


def test_the_same_mix_is_no_drift_and_another_one_is() -> None:
    before = window(400, hardware=200, network=200)

    same = DriftView(window(100, hardware=52, network=48), before)
    other = DriftView(window(100, hardware=5, security=95), before)

    assert (same.is_far, other.is_far) == (False, True)
    assert other.most == 1.0


def test_too_few_reports_say_nothing_of_drift() -> None:
    found = DriftView(window(5, security=5), window(400, hardware=400))

    assert found.distance is None
    assert not found.is_far


def test_a_desk_without_reports_has_a_chart_all_the_same(log_in: LogIn) -> None:
    page = log_in(Role.VIEWER).page("/classifier")

    assert len(page.css("svg.chart")) == 2
