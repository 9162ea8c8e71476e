"""What the command line says of an address or a number, and of gaps in the rota."""

from pathlib import Path

import pytest
import time_machine

from tests.workers.cli.directory_lists import ALL, FIXTURES, STAFF, firstline, write

TODAY = "2026-11-09T02:00:00+00:00"


pytestmark = pytest.mark.usefixtures("data")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        pytest.param("LIMC@tangxi.example", ("contact   李沐辰", "named asker", "HT-2026-0101 yilong"), id="address"),
        pytest.param("who@it.tangxi.example", ("customer  C-1001", "3 contacts, 2 sites, 3 devices"), id="below"),
        pytest.param("quayside.example", ("customer  C-1012", "ucloud gold-vip", "4 expert days left"), id="domain"),
        pytest.param("02 2555 0112", ("does not know",), id="a Taiwan number without its country"),
        pytest.param("+886 2 5550 0112", ("蓋淑惠", "資訊課", "customer  C-1007"), id="a shared switchboard"),
        pytest.param("ht-2025-0105", ("customer  C-1005", "expired"), id="contract"),
        pytest.param("HT-2026-0111", ("named askers only", "in force"), id="contract of named askers"),
        pytest.param("YL-01", ("site      YL-01", "class A", "customer  C-1006"), id="site"),
        pytest.param("sn-test-56a0418", ("device    SN-TEST-56A0418 S5600", "site      XH-01"), id="serial number"),
        pytest.param("C-1010", ("Nordskog",), id="customer number"),
        pytest.param("owen.castell@firstline.example", ("staff     Owen Castell", "incident software"), id="staff"),
        pytest.param("nobody@example.com", ("the directory does not know nobody@example.com",), id="nobody"),
    ],
)
@time_machine.travel(TODAY, tick=False)
def test_show_says_what_is_known(asked: str, says: tuple[str, ...]) -> None:
    firstline("import", FIXTURES)

    shown = firstline("show", asked)

    for words in says:
        assert words in shown.stdout
    assert shown.exit_code == ("not know" in shown.stdout)


@time_machine.travel(TODAY, tick=False)
def test_gaps_are_named_with_who_is_on_call_all_the_same(tmp_path: Path) -> None:
    lists = ALL | {
        "staff": [STAFF, "Cai Wen,cai@firstline.example,,engineer,,,,yes", "Di,di@firstline.example,,engineer,,,,no"],
        "shifts": [
            "incident,ben@firstline.example,2026-11-09T08:00:00+08:00,2026-11-11T08:00:00+08:00,no",
            "incident,cai@firstline.example,2026-11-09T08:00:00+08:00,2026-11-10T08:00:00+08:00,no",
            "incident,di@firstline.example,2026-11-09T08:00:00+08:00,2026-11-30T08:00:00+08:00,no",
        ],
    }
    firstline("import", write(tmp_path / "lists", lists))

    found = firstline("gaps", "--days", "3").stdout.splitlines()

    assert [" ".join(line.split()) for line in found] == [
        "team from until on call",
        "incident Tue 2026-11-10 08:00 Wed 2026-11-11 08:00 only Ben Ito",
        "incident Wed 2026-11-11 08:00 Thu 2026-11-12 10:00 nobody",
    ]


@time_machine.travel(TODAY, tick=False)
def test_no_gaps_are_said_too() -> None:
    firstline("import", FIXTURES)

    assert firstline("gaps", "--days", "7").stdout == "no gaps in the next 7 days\n"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = firstline("show", "C-1", "--data", tmp_path / "empty")

    assert "there is no data folder" in str(done.exception)
