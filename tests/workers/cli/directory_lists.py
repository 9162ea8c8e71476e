"""Lists for tests of the directory, and the command that takes them in."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from typer.testing import CliRunner, Result

from workers.directory.tables import TABLES
from workers.main import app

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "customers"
Firstline = Callable[..., Result]

CUSTOMER = "C-1,Tangxi,zh-Hans,,tangxi.example"
CONTRACT = "C-1,HT-1,vodecn,nd,2026-01-01,2026-12-31,,no"
SITE = "C-1,S-1,Hall,Suzhou,A"
CONTACT = "C-1,Ann Li,ann@tangxi.example,+8613800000021,yes"
DEVICE = "C-1,S-1,SN-1,R2240"
STAFF = "Ben Ito,ben@firstline.example,,engineer,incident,,en,yes"
SHIFT = "incident,ben@firstline.example,2026-11-09T08:00:00+08:00,2026-11-10T08:00:00+08:00,no"
ALL = {
    "customers": CUSTOMER,
    "contracts": CONTRACT,
    "sites": SITE,
    "contacts": CONTACT,
    "devices": DEVICE,
    "staff": STAFF,
    "shifts": SHIFT,
}


def header(table: str) -> str:
    return ",".join(column.name for column in TABLES[table].columns if not column.optional)


def write(folder: Path, lists: Mapping[str, str | Iterable[str]]) -> Path:
    """A folder with these lists, each given by its rows without the header."""
    folder.mkdir(exist_ok=True)
    for table, rows in lists.items():
        lines = [rows] if isinstance(rows, str) else list(rows)
        (folder / f"{table}.csv").write_text("\n".join([header(table), *lines, ""]), encoding="utf-8")
    return folder


def firstline(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["directory", *(str(argument) for argument in arguments)])


def counts(result: Result) -> dict[str, tuple[int, ...]]:
    """The summary: by table how many are new, changed, unchanged, refused, not in the file."""
    found: dict[str, tuple[int, ...]] = {}
    for line in result.stdout.splitlines():
        words = line.split()
        if words and words[0] in TABLES and all(word.isdigit() for word in words[1:]):
            found[words[0]] = tuple(int(word) for word in words[1:])
    return found
