"""The units, as systemd itself reads and rates them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers import require_binary
from tests.shipping.deployed import DEPLOY

UNITS = sorted(path.name.replace("@.", "@1.") for path in (DEPLOY / "systemd").glob("*.service"))
CEILING = 13  # tenths; a unit that says nothing is at 96


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a program that there is."""
    folder = tmp_path / "units"
    shutil.copytree(DEPLOY / "systemd", folder)
    common = folder / "firstline-.service.d" / "common.conf"
    common.write_text(common.read_text("utf-8").replace("/opt/firstline/.venv/bin/firstline", "/bin/true"), "utf-8")
    return folder


def analyze(units: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = require_binary("systemd-analyze", "systemd")
    return subprocess.run(
        [program, *arguments],
        cwd=units,
        env={"SYSTEMD_UNIT_PATH": f"{units}:", "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("unit", [*UNITS, "firstline.target"])
def test_systemd_takes_the_unit_without_a_word(units: Path, unit: str) -> None:
    done = analyze(units, "verify", f"./{unit}")

    ours = [
        line for line in done.stderr.splitlines() if "firstline" in line
    ]  # other units of the machine may have faults
    assert done.returncode == 0
    assert ours == []


def test_the_nightly_backup_of_the_documents_is_taken_beside_the_units(units: Path) -> None:
    told = (DEPLOY.parent / "docs" / "backup.md").read_text("utf-8")
    found = re.findall(r"^    # /etc/systemd/system/(\S+)\n((?:    .*\n|\n(?=    \[))+)", told, re.M)
    for name, unit in found:
        (units / name).write_text(re.sub("^    ", "", unit, flags=re.M), "utf-8")

    done = [analyze(units, "verify", f"./{name}") for name, _ in found]

    assert [name.rpartition(".")[2] for name, _ in found] == ["service", "timer"]
    assert [one.stderr for one in done if one.returncode != 0 or "backup" in one.stderr] == []


@pytest.mark.parametrize("unit", UNITS)
def test_a_part_that_was_taken_over_can_do_little(units: Path, unit: str) -> None:
    done = analyze(units, "security", "--offline=true", "--no-pager", f"--threshold={CEILING}", f"./{unit}")

    assert done.returncode == 0, done.stdout


def test_the_ceiling_is_one_that_can_be_broken(units: Path) -> None:
    common = units / "firstline-.service.d" / "common.conf"
    common.write_text(common.read_text("utf-8").replace("ProtectSystem=strict", "ProtectSystem=no"), "utf-8")

    done = analyze(units, "security", "--offline=true", "--no-pager", f"--threshold={CEILING}", f"./{UNITS[0]}")

    assert done.returncode != 0
