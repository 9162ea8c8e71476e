"""The tables of docs/service-schemes.md are those that the schemes give."""

from pathlib import Path

import pytest

from routing import profile
from tests.workers.test_cli import run
from workers.cli.policy_table import table

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "service-schemes.md"


def test_the_document_is_what_the_schemes_give_now() -> None:
    introduction, mark, tables = DOCUMENT.read_text("utf-8").partition("\n## ")

    given = "\n\n".join(table(profile.load(name)) for name in profile.names())

    assert introduction
    assert mark + tables == f"\n{given}\n", "write it anew: firstline policy table PROFILE, one after the other"


@pytest.mark.parametrize("name", profile.names())
def test_every_row_of_a_table_has_as_many_cells_as_its_head(name: str) -> None:
    for block in table(profile.load(name)).split("\n\n")[3:]:
        cells = {line.replace("\\|", "").count("|") for line in block.splitlines()}

        assert len(cells) == 1


def test_the_command_writes_the_table(tmp_path: Path) -> None:
    done = run("policy", "table", "vodecn", folder=tmp_path)

    assert done.returncode == 0
    assert done.stdout.decode() == table(profile.load("vodecn")) + "\n"


def test_a_scheme_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run("policy", "table", "acme", folder=tmp_path)

    assert done.returncode == 1
    assert "there is no profile 'acme'" in done.stderr.decode()
