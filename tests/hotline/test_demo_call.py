"""`firstline demo call`: the hotline from the keyboard."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long


def play(folder: Path, typed: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTLINE_")}
    return subprocess.run(
        [sys.executable, "-m", "workers.main", "demo", "call", "--folder", str(folder)],
        input=typed.encode(),
        capture_output=True,
        env=environment,
        timeout=150,
        check=False,
    )


def test_a_call_can_be_played_from_the_keyboard(tmp_path: Path) -> None:
    typed = "2\n0#\n1\n1\nthe core switch is dead and all offices are offline\n\nAnn Lee\n1\n1\n\n"

    played = play(tmp_path / "desk", typed)

    said = played.stdout.decode()
    assert played.returncode == 0, played.stderr.decode()
    assert "To report a fault, press 1." in said
    assert "keys or words> " in said
    assert "The case number is F L 0 0 0 0 0 1." in said
    assert "within 30 minutes" in said  # nobody is on call in the demonstration
    assert "case FL-000001: level 1" in said
    assert "subject: the core switch is dead" in said


def test_it_can_be_played_in_chinese_with_several_keys_at_once_and_hung_up(tmp_path: Path) -> None:
    played = play(tmp_path / "desk", "10#12\n机房的核心交换机坏了，所有分公司都断网\n挂断\n")

    said = played.stdout.decode()
    assert played.returncode == 0, played.stderr.decode()
    assert "按键或说话> " in said
    assert "[通话已结束]" in said
    assert "subject: 机房的核心交换机坏了，所有分公司都断网" in said


def test_a_folder_with_something_else_in_it_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear Ann")

    played = play(tmp_path, "")

    assert played.returncode == 1
    assert b"holds letter.txt" in played.stderr
    assert (tmp_path / "letter.txt").exists()
