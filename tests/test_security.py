"""The threat model names a test for each line, and each is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
LINES = re.findall(r"^\| (\d+) \| (.*) \|$", PAGE, re.MULTILINE)
ACTORS = re.findall(r"^\| ([a-z, ]+) \|", PAGE[PAGE.index("## Who may") : PAGE.index("## Where trust")], re.MULTILINE)


def named_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return {name for name in found if name.startswith("test_")}


def test_the_lines_are_numbered_and_each_names_one_test() -> None:
    assert [int(number) for number, _ in LINES] == list(range(1, len(LINES) + 1))
    assert [number for number, line in LINES if len(re.findall(r"`tests/\S+::test_\w+`$", line)) != 1] == []


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/\S+?)::(test_\w+)`", PAGE)

    missing = [f"{path}::{name}" for path, name in named if name not in named_in(ROOT / path)]

    assert len(named) == len(LINES)
    assert missing == []


def test_nobody_who_may_be_against_it_is_forgotten() -> None:
    listed = {word for actor in ACTORS for word in re.split(r", ", actor.removeprefix("hostile "))}

    assert {line.partition(" | ")[0] for _, line in LINES} == listed
