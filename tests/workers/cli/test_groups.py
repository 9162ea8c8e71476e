"""The groups of commands, which are imported when they are used."""

import pytest
from typer.testing import CliRunner

from workers.cli.groups import GROUPS
from workers.main import app


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner(env={"COLUMNS": "200", "TERM": "dumb"})


def test_the_help_of_the_program_names_each_group_and_says_what_it_is_for(runner: CliRunner) -> None:
    said = runner.invoke(app, ["--help"]).output

    assert [name for name, (_, sentence) in GROUPS.items() if f"{name} " not in said or sentence not in said] == []


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_says_what_it_is_for_and_which_commands_it_has(runner: CliRunner, name: str) -> None:
    said = runner.invoke(app, [name, "--help"])

    assert said.exit_code == 0
    assert GROUPS[name][1] in said.output
    assert "Commands" in said.output
    assert "completion" not in said.output


def test_a_group_without_a_command_shows_its_help(runner: CliRunner) -> None:
    said = runner.invoke(app, ["case"])

    assert said.exit_code == 2
    assert GROUPS["case"][1] in said.output


def test_a_command_that_a_group_does_not_have_is_refused(runner: CliRunner) -> None:
    said = runner.invoke(app, ["case", "nonsense"])

    assert said.exit_code == 2
    assert "No such command 'nonsense'" in said.output
