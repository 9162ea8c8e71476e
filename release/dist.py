"""`make dist`: wheel, source archive, pinned dependencies, bill of materials and the checksums of them all, the same to
the byte on every machine.

The files are built from what is committed, in a folder of its own, with the time of the commit in every archive.
"""

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from release import lock, sbom

ROOT = Path(__file__).resolve().parents[1]
CHECKSUMS = "SHA256SUMS"


class CannotRelease(Exception):
    """What has to be put right first, in one sentence."""


def build(source: Path, target: Path, epoch: int) -> list[Path]:
    """Build the tree `source` into the empty folder `target`; `epoch` is the time that the archives show, in seconds.

    Returns:
        the files, the checksums last.

    Raises:
        CannotRelease: the build fails; its output is in the message.
    """
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise CannotRelease(f"{target} is not empty")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(target.resolve())]
    environment = {"SOURCE_DATE_EPOCH": str(epoch), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    built = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    if built.returncode:
        raise CannotRelease(f"the build failed:\n{built.stderr}")

    version = _version(target)
    (target / f"firstline-{version}-requirements.txt").write_text(lock.text(source), encoding="utf-8")
    (target / f"firstline-{version}.cdx.json").write_text(sbom.text(source, version, epoch), encoding="utf-8")
    files = sorted(target.iterdir())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    checksums = target / CHECKSUMS
    checksums.write_text("".join(sums), encoding="ascii")
    return [*files, checksums]


def export(root: Path, target: Path) -> int:
    """Write the tree of the last commit to `target`; returns when it was made, in seconds.

    Raises:
        CannotRelease: something is not committed, or `root` is no checkout.
    """
    if _git(root, "status", "--porcelain").strip():
        raise CannotRelease("there are changes that are not committed; what is given out is what is in the history")
    archive = _git(root, "archive", "--format=tar", "HEAD")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(target, filter="data")
    return int(_git(root, "log", "-1", "--format=%ct"))


def _version(target: Path) -> str:
    """As the name of the wheel says."""
    return next(target.glob("*.whl")).name.split("-")[1]


def _git(root: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    if done.returncode:
        raise CannotRelease(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    try:
        with tempfile.TemporaryDirectory() as folder:
            epoch = export(ROOT, Path(folder))
            for path in build(Path(folder), target, epoch):
                sys.stdout.write(f"{path}\n")
    except CannotRelease as error:
        sys.stderr.write(f"dist: {error}\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
