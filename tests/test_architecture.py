"""Rules of the project that no linter knows."""

import ast
import re
from pathlib import Path

from models.accounts import ImapAccount
from models.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("intake", "classify", "routing", "models", "workers", "console")


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]


def test_the_settings_are_read_in_one_place() -> None:
    readers = [path.name for path in sources() if re.search(r"os\.environ|os\.getenv", path.read_text("utf-8"))]

    assert sorted(readers) == ["process.py", "settings.py"]  # process.py passes them on to the child


def test_only_the_database_commits() -> None:
    committing = [
        path.name for path in sources() if re.search(r"\.commit\(\)|session\.begin\(", path.read_text("utf-8"))
    ]

    assert committing == ["db.py"]


def test_no_general_except_but_at_the_edges() -> None:
    def catches_all(path: Path) -> bool:
        handlers = [
            node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ExceptHandler)
        ]
        return any(isinstance(node.type, ast.Name) and node.type.id == "Exception" for node in handlers)

    edges = {"accept.py", "broker.py", "imap.py", "outgoing.py", "parse.py"}
    edges |= {"group_commit.py", "runner.py", "smtp_session.py", "sweep.py", "timers.py", "transcriber.py", "member.py"}
    edges |= {"live.py"}  # one thread for all pages
    edges |= {"caller.py", "check.py", "listener.py"}  # of brokers, whose clients raise what they like
    edges |= {"spacy_classifier.py"}  # of a damaged model spaCy and NumPy raise whatever its bytes lead them to
    edges |= {"missed.py"}  # what Twilio's library makes of an answer that is none
    assert {path.name for path in sources() if catches_all(path)} <= edges


def test_the_lock_file_pins_every_package_by_hash_and_names_no_server() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")

    assert "://" not in lock
    assert "--index-url" not in lock
    for requirement in re.split(r"\n(?=[a-z])", lock):
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")

    undocumented = [name for name in Settings.model_fields if f"`FIRSTLINE_{name.upper()}`" not in page]

    assert undocumented == ["imap"]  # a table of its own, below
    assert [name for name in ImapAccount.model_fields if f"`{name}`" not in page] == []


def test_files_stay_small() -> None:
    long = {path.name: lines for path in sources() if (lines := path.read_text("utf-8").count("\n")) > 280}

    assert long == {}


def test_bodies_are_stored_and_opened_in_one_place() -> None:
    pattern = re.compile(r"ReportPart\(|ReportPart\.content\b|insert\(ReportPart\)|\bpart\.content\b")
    places = {
        str(path.relative_to(ROOT))
        for path in sources()
        if "models" in path.parts or "ReportPart" in path.read_text("utf-8")
        if pattern.search(path.read_text("utf-8"))
    }

    # The table itself; who measures or leaves out the bytes; who opens them.
    assert places == {"models/again.py", "models/bodies.py", "models/queue.py", "models/forgetting.py",
                      "models/tables/reports.py", "console/pages/timeline.py"}  # fmt: skip
