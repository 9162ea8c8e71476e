"""Every command, argument and option says what it is for; the manual pages say the same."""

import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from release import manpages
from tests.servers import require_binary
from workers.main import app


def walk(command: Any, name: str = "firstline") -> Iterator[tuple[str, Any]]:
    yield name, command
    for word, part in manpages.commands(command):
        yield from walk(part, f"{name} {word}")


COMMANDS = dict(walk(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_all_that_it_takes_say_what_they_are_for(name: str) -> None:
    command = COMMANDS[name]

    silent = [parameter.name for parameter in command.params if not getattr(parameter, "help", None)]

    assert command.help
    assert command.help.split("\n\n")[0].strip().endswith(".")
    assert silent == []


def test_the_manual_pages_are_those_of_this_version() -> None:
    kept = {path.name: path.read_text("utf-8") for path in manpages.FOLDER.glob("*.1")}

    assert kept == manpages.pages(), "run make man"


def test_each_command_has_its_place_in_the_manual() -> None:
    pages = manpages.pages()

    whole = "".join(pages.values()).replace("\\-", "-")

    assert [name for name in COMMANDS if name != "firstline" and f".SS {name} " not in whole] == []


@pytest.mark.parametrize("name", manpages.pages())
def test_a_page_has_nothing_that_the_formatter_complains_of(name: str) -> None:
    groff = require_binary("groff", "groff-base")

    printed = subprocess.run(
        [groff, "-man", "-ww", "-Tutf8", "-P-cbou", str(manpages.FOLDER / name)], capture_output=True, check=True
    )

    assert printed.stderr == b""
    assert printed.stdout.decode().count("NAME") >= 1


@pytest.mark.parametrize("said", [".TH is a request", "'quoted", "a\\b", "--data"])
def test_a_text_is_printed_as_it_is(said: str, tmp_path: Any) -> None:
    require_binary("groff", "groff-base")
    (tmp_path / "page.1").write_text(f".TH A 1\n.SH NAME\n{manpages._escaped(said)}\n", "utf-8")

    printed = subprocess.run(
        [str(shutil.which("groff")), "-man", "-Tascii", "-P-cbou", str(tmp_path / "page.1")],
        capture_output=True,
        check=True,
    ).stdout.decode()

    assert said in printed
