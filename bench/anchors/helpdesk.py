"""django-helpdesk, installed once into a virtual environment of its own below var/."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figures import NotHere
from bench.mails import mail

VERSION = "2.6.1"
_HOME = Path(__file__).parents[2] / "var" / "bench" / f"django-helpdesk-{VERSION}"
_WORK = Path(__file__).with_name("helpdesk_work.py")
_INSTALL_SECONDS = 180


def python() -> Path:
    """The Python that it is installed for.

    Raises:
        NotHere: it could not be installed.
    """
    found = _HOME / "bin" / "python"
    if (_HOME / ".installed").exists():
        return found
    subprocess.run([sys.executable, "-m", "venv", str(_HOME)], check=True)
    command = [str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run(
            [*command, f"django-helpdesk=={VERSION}"], check=True, capture_output=True, timeout=_INSTALL_SECONDS
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotHere(f"django-helpdesk {VERSION} could not be installed by pip") from error
    (_HOME / ".installed").touch()
    return found


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """Set up, and waiting for mails in its folder."""

    process: "subprocess.Popen[str]"
    folder: Path

    def take(self, first: int, count: int) -> None:
        """Have it take in and acknowledge these mails."""
        for number in range(first, first + count):
            (self.folder / "mails" / str(number)).write_bytes(mail(number, 0, "bench"))
        self.look()

    def look(self) -> None:
        """Have it take in what there is."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.wait_for("done")

    def wait_for(self, word: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip() == word:
                return
        raise RuntimeError("django-helpdesk ended by itself")


@contextmanager
def helpdesk(relay_port: int, *mailbox: str) -> Iterator[Helpdesk]:
    """It reads a folder, or the mailbox that port, user and password say.

    Raises:
        NotHere: it could not be installed.
    """
    command = [str(python()), "-I", str(_WORK)]  # what lies beside it, and our own packages, are not its own
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        process = subprocess.Popen(
            [*command, folder, str(relay_port), *mailbox],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            found = Helpdesk(process, Path(folder))
            found.wait_for("ready")
            yield found
        finally:
            process.kill()
            process.communicate()
