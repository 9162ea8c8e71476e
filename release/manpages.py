"""`make man`: the manual pages in docs/man, written from what `--help` says: one for `firstline`, one a group."""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from workers.cli.groups import Deferred
from workers.main import app

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "man"

_REST = r"""
.SH ENVIRONMENT
Settings are environment variables
.BR FIRSTLINE_ ,
or the same names in lower case without the prefix in
.IR firstline.toml .
The environment wins; a secret can come from a file that a variable ending in
.B _FILE
names. docs/settings.md lists all of them.
.TP
.B FIRSTLINE_CONFIG
Where the file of settings lies, if not in the working directory.
.TP
.B FIRSTLINE_DATA
The folder for everything that is written.
.SH FILES
.TP
.I firstline.toml
Settings and mailboxes.
.TP
.I var/
The data folder, unless another one is named: database, outbox, keys, trained models.
.TP
.I share/doc/firstline/
In the folder in which Firstline is installed: the pages that are named docs/NAME.md.
.SH EXIT STATUS
0 where it did what was asked, 1 where it did not: the reason is one line on standard error, with
.B \-v
a traceback follows. 2 where the command line is wrong.
.SH EXAMPLES
.TP
.B firstline up
All of it, on one machine.
.TP
.B firstline doctor
What still has to be set or mended.
.TP
.B firstline classify \-\-batch reports.jsonl
Level and category of reports, one JSON object a line.
"""


def pages() -> dict[str, str]:
    """Each page by the name of its file."""
    program = typer.main.get_command(app)
    groups = [name for name, command in commands(program) if commands(command)]
    found = {"firstline.1": _page(program, ("firstline",), [f"firstline\\-{name}" for name in groups])}
    for name, command in commands(program):
        if name in groups:
            found[f"firstline-{name}.1"] = _page(command, ("firstline", name), ["firstline"])
    return found


def commands(command: Any) -> list[tuple[str, Any]]:
    """The commands of a group, by name; none of what is no group."""
    own = getattr(command, "commands", {}).items()
    return [(name, one.loaded() if isinstance(one, Deferred) else one) for name, one in own]


def _page(command: Any, names: tuple[str, ...], see: list[str]) -> str:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    title = "-".join(names)
    summary, _, details = command.help.partition("\n\n")
    shown = " ".join(names)
    lines = [
        f'.TH "{_escaped(title.upper())}" "1" "" "Firstline {version}" "Firstline Manual"',
        ".SH NAME",
        f"{_escaped(title)} \\- {_escaped(_one_line(summary).removeprefix('Firstline: ').rstrip('.'))}",
        ".SH SYNOPSIS",
        f".B {_escaped(shown)}",
        r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGS\fR]...",
    ]
    if details:
        lines += [".SH DESCRIPTION", _escaped(_one_line(details))]
    options = list(_parameters(command, names))
    if options:
        lines += [".SH OPTIONS", *options]
    lines.append(".SH COMMANDS")
    for name, part in commands(command):
        lines += _section(part, (*names, name))
    if len(names) == 1:
        lines.append(_REST.strip())
    lines += [".SH SEE ALSO", ", ".join(f"\\fB{name}\\fR(1)" for name in see)]
    return "\n".join(lines) + "\n"


def _section(command: Any, names: tuple[str, ...]) -> list[str]:
    """A command within the page of its group; a group of its own only by name."""
    shown = " ".join(names)
    if commands(command):
        return [f".SS {_escaped(shown)} \\fICOMMAND\\fR", _escaped(_one_line(command.help))]
    context = command.context_class(command, info_name=shown)
    usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
    head = f".SS {_escaped(shown)} [\\fIOPTIONS\\fR] \\fI{_escaped(usage)}\\fR".removesuffix(" \\fI\\fR")
    return [head, _escaped(_one_line(command.help)), *_parameters(command, names)]


def _parameters(command: Any, names: tuple[str, ...]) -> Iterator[str]:
    context = command.context_class(command, info_name=" ".join(names))
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or "--help" in parameter.opts:
            continue
        yield ".TP"
        yield f".B {_escaped(record[0])}"
        yield _escaped(_one_line(record[1]))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    """As roff prints it as it is: a hyphen that can be copied, no escapes, and no request at the start of a line."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    escaped = "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in escaped)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def main() -> None:
    """Write the pages anew, and take away those of groups that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = pages()
    for stale in {path.name for path in FOLDER.glob("*.1")} - set(written):
        (FOLDER / stale).unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(written)} pages in {FOLDER.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
