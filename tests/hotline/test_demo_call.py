"""`firstline demo call`: the hotline from the keyboard."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_call_can_be_played_from_the_keyboard(tmp_path: Path) -> None:
    typed = "2\n0#\n1\n1\nthe core switch is dead and all offices are offline\n\nAnn Lee\n1\n1\n\n"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTLINE_")}

    played = subprocess.run(
        [sys.executable, "-m", "workers.main", "demo", "call", "--folder", str(tmp_path / "desk")],
        input=typed.encode(),
        capture_output=True,
        cwd=tmp_path,
        env=environment,
        timeout=150,
        check=False,
    )

    said = played.stdout.decode()
    assert played.returncode == 0, played.stderr.decode()
    assert "To report a fault, press 1." in said
    assert "The case number is F L 0 0 0 0 0 1." in said
    assert "within 30 minutes" in said  # nobody is on call in the demonstration
    assert "case FL-000001: level 1" in said
    assert "subject: the core switch is dead" in said
