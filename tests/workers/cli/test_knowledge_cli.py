"""`firstline knowledge` as people use it."""

import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.knowledge import FOLDER
from tests.workers.test_cli import run


def found(done: CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_folder_is_imported_searched_and_forgotten(tmp_path: Path) -> None:
    done = run("knowledge", "import", str(FOLDER), folder=tmp_path)
    assert (done.returncode, done.stdout.decode()) == (0, "25 new, 0 replaced, 0 not taken in\n")

    [best, *_] = found(run("knowledge", "search", "請問密碼忘了怎麼重設", "--json", folder=tmp_path))
    shown = run("knowledge", "search", "activate a licence key offline", folder=tmp_path).stdout.decode()
    gone = run("knowledge", "forget", best["title"], folder=tmp_path)
    again = found(run("knowledge", "search", "請問密碼忘了怎麼重設", "--json", folder=tmp_path))

    assert (best["title"], best["is_document"], best["number"]) == ("忘记登录密码，如何自助重设", True, None)
    assert "document  Activate a licence key, online and offline" in shown.splitlines()[0]
    assert gone.stdout.decode() == "1 forgotten\n"
    assert best["title"] not in [one["title"] for one in again]


def test_a_file_that_is_imported_again_takes_the_place_of_its_earlier_text(tmp_path: Path) -> None:
    write(tmp_path, "manuals/network/vpn.md", "# Install the VPN client\n\nFrom the old portal.")
    run("knowledge", "import", str(tmp_path / "manuals"), folder=tmp_path)
    write(tmp_path, "manuals/network/vpn.md", "# Install the VPN client\n\nFrom the new portal.")

    done = run("knowledge", "import", "manuals", folder=tmp_path)

    assert done.stdout.decode() == "0 new, 1 replaced, 0 not taken in\n"
    [one] = found(run("knowledge", "search", "VPN client", "--json", folder=tmp_path))
    assert one["solution"] == "From the new portal."


def test_text_and_html_in_any_charset_are_read(tmp_path: Path) -> None:
    manuals = tmp_path / "manuals"
    write(manuals, "a.txt", "打印机卡纸\n\n先关掉电源，再把纸取出来。".encode("gb18030"))
    write(
        manuals, "b.html", "<title>x</title><h1>Paper jam</h1><p>Switch it <b>off</b> first.</p><script>no()</script>"
    )
    write(manuals, "c.markdown", "\ufeffToner\n=====\n\nShake it.")
    write(manuals, "d.pdf", b"%PDF")

    done = run("knowledge", "import", str(manuals), folder=tmp_path)

    assert done.stdout.decode() == "3 new, 0 replaced, 0 not taken in\n"
    asked = ("卡纸", "paper jam", "toner")
    best = [found(run("knowledge", "search", words, "--json", folder=tmp_path))[0] for words in asked]
    assert [(one["title"], one["language"]) for one in best] == [
        ("打印机卡纸", "zh-Hans"),
        ("Paper jam", "en"),
        ("Toner", "en"),
    ]
    assert [one["solution"] for one in best[1:]] == ["Switch it off first.", "Shake it."]


def test_what_cannot_be_used_is_named_and_the_rest_taken_in(tmp_path: Path) -> None:
    manuals = tmp_path / "manuals"
    write(manuals, "good.md", "# Toner\n\nShake it.")
    write(manuals, "empty.md", " \n\n")
    write(manuals, "huge.md", "# Log\n" + "x" * 1_000_001)

    done = run("knowledge", "import", str(manuals), folder=tmp_path)

    assert (done.returncode, done.stdout.decode()) == (1, "1 new, 0 replaced, 2 not taken in\n")
    assert "empty.md" in done.stderr.decode()
    assert "huge.md" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "nowhere"), "there is no folder nowhere"),
        (("import", "bare"), "bare holds no file that ends in .md"),
        (("search", "printer"), "there is no data folder"),
        (("forget", "Printer"), "there is no data folder"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    (tmp_path / "bare").mkdir()

    done = run("knowledge", *arguments, folder=tmp_path)

    assert done.returncode == 1
    assert done.stderr.decode().startswith(f"firstline: {says}")


def test_a_title_that_is_not_there_is_said_and_nothing_found_too(tmp_path: Path) -> None:
    write(tmp_path, "manuals/a.md", "# Toner\n\nShake it.")
    run("knowledge", "import", str(tmp_path / "manuals"), folder=tmp_path)

    forgotten = run("knowledge", "forget", "Tonner", folder=tmp_path)
    nothing = run("knowledge", "search", "backup", folder=tmp_path)

    assert forgotten.returncode == 1
    assert "there is no document 'Tonner'" in forgotten.stderr.decode()
    assert nothing.stdout.decode() == "nothing like it is known\n"
