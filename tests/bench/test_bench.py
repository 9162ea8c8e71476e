"""The whole of `make bench` once with a few mails, so that it does not rot. The figures mean nothing then."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
@pytest.mark.timeout(900)  # on a machine that is busy with the rest of the tests
def test_each_row_is_measured_and_the_report_written(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--quick", "--to", str(tmp_path)]

    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "index.html") in done.stdout
    rows = json.loads((tmp_path / "figures.json").read_text("utf-8"))["rows"]
    measured = [row["name"] for row in rows if row["figures"]]
    assert {"intake", "pipeline", "classification", "memory", "growth", "startup"} <= set(measured)
    assert (tmp_path / "index.html").read_text("utf-8").count("<svg") >= len(rows)
    assert (tmp_path / "summary.md").exists()
