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
