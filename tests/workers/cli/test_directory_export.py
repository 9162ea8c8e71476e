"""The directory goes out as CSV and comes back the same."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.cli.directory_lists import ALL, FIXTURES, counts, firstline, write
from workers.directory.formulas import with_apostrophe, without_apostrophe
from workers.directory.tables import TABLES

pytestmark = pytest.mark.usefixtures("data")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_was_exported_changes_nothing_when_it_comes_back(tmp_path: Path) -> None:
    firstline("import", FIXTURES)

    out = firstline("export", tmp_path / "out")
    back = firstline("import", tmp_path / "out")

    assert out.exit_code == 0, out.output
    assert back.exit_code == 0, back.output
    assert set(counts(back)) == set(TABLES)
    assert all(found[0:2] == (0, 0) and found[3:] == (0, 0) for found in counts(back).values())


def test_an_export_into_an_empty_directory_is_the_same_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firstline("import", FIXTURES)
    firstline("export", tmp_path / "first")
    monkeypatch.setenv("FIRSTLINE_DATA", str(tmp_path / "other"))

    firstline("import", tmp_path / "first")
    firstline("export", tmp_path / "second")

    for name in TABLES:
        assert (tmp_path / "first" / f"{name}.csv").read_bytes() == (tmp_path / "second" / f"{name}.csv").read_bytes()


def test_a_name_that_a_spreadsheet_would_run_is_marked_as_text(tmp_path: Path) -> None:
    lists = ALL | {"customers": 'C-1,"=HYPERLINK(""x"")",,@all,', "devices": "C-1,,-77,'+1"}
    firstline("import", write(tmp_path / "lists", lists))

    firstline("export", tmp_path / "out")

    [customer], [device] = rows(tmp_path / "out" / "customers.csv"), rows(tmp_path / "out" / "devices.csv")
    [contact] = rows(tmp_path / "out" / "contacts.csv")
    assert (customer["name"], customer["note"]) == ('\'=HYPERLINK("x")', "'@all")
    assert (device["serial_number"], device["model"]) == ("'-77", "'+1")
    assert contact["phone"] == "+8613800000021"
    assert counts(firstline("import", tmp_path / "out"))["customers"] == (0, 0, 1, 0, 0)


@given(st.text(alphabet="'=+-@\t\r＝ab1", max_size=6))
def test_the_mark_comes_off_again(cell: str) -> None:
    assert without_apostrophe(with_apostrophe(cell)) == cell


def test_an_export_overwrites_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "lists", ALL)
    firstline("import", folder)

    done = firstline("export", folder)

    assert "customers.csv already; name another folder" in str(done.exception)
