"""CSV as spreadsheets write it, and as they break it."""

from pathlib import Path

import pytest

from models.errors import Misconfigured
from tests.workers.cli.directory_lists import CUSTOMER, header, write
from workers.directory.files import Sheet, read, read_all

TEXT = f"{header('customers')}\nC-1,棠溪,zh-Hans,备注,tangxi.example\n"


def sheet(text: str) -> Sheet:
    return read(text.encode(), "customers.csv", "customers")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode(), id="UTF-8"),
        pytest.param(TEXT.encode("utf-8-sig"), id="with a byte order mark"),
        pytest.param(TEXT.encode("gb18030"), id="a Chinese Excel's"),
        pytest.param(TEXT.replace(",", "\t").encode("utf-16"), id="Excel's Unicode text"),
        pytest.param(TEXT.replace(",", ";").encode(), id="semicolons"),
        pytest.param(TEXT.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(f"sep=;\r\n{TEXT.replace(',', ';')}".encode("gb18030"), id="the separator said for Excel"),
        pytest.param(f'"sep=,"\n{TEXT}'.encode("utf-8-sig"), id="the separator said, in quotes"),
        pytest.param(f"sep=|,,\n{TEXT.replace(',', '|')}".encode(), id="another separator"),
        pytest.param(TEXT.replace("\n", ",,\n").encode(), id="empty columns behind"),
        pytest.param(("\n" + TEXT + ",,,,\n\n").encode(), id="blank rows"),
        pytest.param(TEXT.replace("number,name", " Number ,NAME").encode(), id="a header in capitals"),
    ],
)
def test_the_same_list_is_read_however_it_was_saved(content: bytes) -> None:
    found = read(content, "customers.csv", "customers")

    assert (found.refused, found.bad_lines) == ((), ())
    [line] = found.lines
    assert line.cells == {
        "number": "C-1",
        "name": "棠溪",
        "language": "zh-Hans",
        "note": "备注",
        "domains": "tangxi.example",
    }


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("", 1, "there is no header", id="empty"),
        pytest.param(TEXT.replace("note", "remark"), 1, "there is no column 'remark'", id="unknown column"),
        pytest.param(TEXT.replace(",domains", ""), 1, "column domains is missing", id="missing column"),
        pytest.param(TEXT.replace("note", "name"), 1, "column name is there twice", id="column twice"),
        pytest.param(TEXT + 'C-2,"open\n', 3, "the quotes do not fit", id="open quote"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_whole(text: str, line: int, says: str) -> None:
    found = sheet(text)

    assert found.lines == ()
    assert any(problem.line == line and says in problem.text for problem in found.refused)


def test_bytes_in_no_known_encoding_are_named_by_line() -> None:
    found = read(TEXT.encode() + b"C-2,\xff\xff\xff,,,\n", "customers.csv", "customers")

    [problem] = found.refused
    assert str(problem) == "customers.csv:3: this is neither UTF-8 nor GB18030; save it as CSV UTF-8"


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Müller Werkzeuge GmbH", "cp1252"),
        ("Société Générale de Besançon", "cp1252"),
        ("Łódź Maszyny", "cp1250"),
        ("台灣積體電路製造股份有限公司", "big5"),
        ("蓋淑惠", "big5"),
        ("株式会社ヤマダ電機", "cp932"),
        ("棠溪机械", "utf-8"),
    ],
)
def test_a_name_in_another_encoding_is_not_taken_for_chinese(name: str, encoding: str) -> None:
    cut = b"\xe6" if encoding == "utf-8" else b""
    content = f"{header('customers')}\nC-1,{name},,,\n".encode(encoding) + cut

    [problem] = read(content, "customers.csv", "customers").refused

    assert problem.text == "this is neither UTF-8 nor GB18030; save it as CSV UTF-8"


@pytest.mark.parametrize(
    "name", ["鑫𬭚机械", "臺灣積體電路（南京）有限公司", "嵊泗县渔业", "一汽－大众", "李沐辰", "赵䶮", "华为", "昇腾"]
)
def test_a_name_that_a_chinese_excel_wrote_is_taken_in(name: str) -> None:
    content = f"{header('customers')}\nC-1,{name},,,\n".encode("gb18030")

    [line] = read(content, "customers.csv", "customers").lines

    assert line.cells["name"] == name


def test_a_row_behind_the_separator_that_is_said_is_named_by_its_line() -> None:
    assert [line.number for line in sheet(f"sep=,\n{TEXT}").lines] == [3]


def test_a_row_is_named_by_the_line_it_begins_at() -> None:
    found = sheet(TEXT + 'C-2,Two,,"a note\nof two lines",\nC-3,Three\nC-4,Four,,,,stray\n')

    assert [line.number for line in found.lines] == [2, 3]
    assert [(problem.line, problem.text.partition(";")[0]) for problem in found.bad_lines] == [
        (5, "the row has 2 cells, the header 5"),
        (6, "'stray' is in no column"),
    ]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ((), "there are no .csv files"),
        (("customer.csv",), "is named like no list; there are customers.csv"),
        (("customers.csv", "Customers.CSV"), "are both customers"),
    ],
)
def test_a_folder_without_the_lists_is_refused(tmp_path: Path, names: tuple[str, ...], says: str) -> None:
    for name in names:
        (tmp_path / name).write_text(TEXT, encoding="utf-8")

    with pytest.raises(Misconfigured, match=says):
        read_all([tmp_path])


def test_single_files_are_taken_in_the_order_in_which_they_refer_to_each_other(tmp_path: Path) -> None:
    write(tmp_path, {"shifts": [], "customers": CUSTOMER})

    found = read_all([tmp_path / "shifts.csv", tmp_path / "customers.csv"])

    assert [sheet.table for sheet in found] == ["customers", "shifts"]
    with pytest.raises(Misconfigured, match="there is no"):
        read_all([tmp_path / "staff.csv"])
