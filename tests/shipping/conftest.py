"""What is given out, built once from the tree as it is."""

import shutil
import subprocess
from pathlib import Path

import pytest

from release import dist

ROOT = Path(__file__).resolve().parents[2]
EPOCH = 1_790_000_000


def tree(target: Path) -> Path:
    """A copy of the files that git knows or would take, as a fresh clone has them."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        source = ROOT / name
        if source.is_file() and not source.is_symlink():  # not what was deleted, and git has not been told yet
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)
    return target


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tree(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="session")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make dist` makes."""
    target = tmp_path_factory.mktemp("built")
    dist.build(source, target, EPOCH)
    return target


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))
