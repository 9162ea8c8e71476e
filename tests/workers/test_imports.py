"""What a process brings into memory: what its part needs, and no more."""

import subprocess
import sys

import pytest

LARGE = ("alembic", "fastapi", "holidays", "imapclient", "numpy", "phonenumbers", "requests", "spacy", "twilio")


def brought_by(*modules: str) -> set[str]:
    """The packages that a process has loaded once it has imported these modules."""
    code = f"import sys, {', '.join(modules)}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120)
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    ("part", "needs"),
    [("smtp", set()), ("poll", {"imapclient"}), ("timers", {"holidays"})],
    ids=["smtp", "poll", "timers"],
)
def test_a_part_by_itself_brings_neither_pages_nor_classifier_nor_telephone(part: str, needs: set[str]) -> None:
    brought = brought_by("workers.main", "workers.serve", f"workers.starting.{part}")

    assert brought & set(LARGE) <= needs


def test_commands_that_ask_no_database_start_without_its_library() -> None:
    brought = brought_by("workers.main")

    assert brought.isdisjoint({*LARGE, "sqlalchemy", "dramatiq"})


def test_lists_of_cases_start_without_what_writes_letters_or_reads_mail() -> None:
    brought = brought_by("workers.cli.case", "workers.cli.shunted")

    assert brought.isdisjoint({"jinja2", "selectolax", "tnefparse"})


def test_a_scheme_brings_no_calendar_but_its_own() -> None:
    code = "import sys; from routing.profile import load; load('yilong'); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120)

    assert [name for name in ran.stdout.split() if name.startswith("holidays.countries.")] == []


def test_beside_worker_processes_what_works_on_reports_is_not_brought() -> None:
    modules = ("workers.serve", "workers.service", *(f"workers.starting.{part}" for part in ("pool", "worker", "web")))
    brought = brought_by(*modules)

    assert brought.isdisjoint({"spacy", "numpy", "spf", "selectolax", "authlib", "requests"})


def test_worker_processes_are_started_before_anything_large_is_brought() -> None:
    assert brought_by("workers.main", "workers.serve").isdisjoint({*LARGE, "sqlalchemy", "dramatiq"})


def test_classifying_brings_spacy_without_its_commands() -> None:
    brought = brought_by("classify.spacy_classifier")

    assert "spacy" in brought
    assert brought.isdisjoint({"weasel", "httpx", "requests", "typer"})


def test_the_commands_of_spacy_can_still_be_had() -> None:
    code = "import classify.spacy_classifier, spacy; print(spacy.info(silent=True)['spacy_version'], spacy.__version__)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120)

    said, version = ran.stdout.split()
    assert said == version
