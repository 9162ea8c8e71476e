"""A person mends the source of a mail, in the editor of the environment or in a file."""

import subprocess
import tempfile
from pathlib import Path

from models.errors import Misconfigured

# The shell's own way to find it; git and crontab look in the same order.
_EDITOR = "${VISUAL:-${EDITOR:-vi}}"


def from_file(path: Path) -> bytes:
    """The mended mail in a file.

    Raises:
        Misconfigured: the file cannot be read, or is empty.
    """
    try:
        mended = path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}") from error
    if not mended.strip():
        raise Misconfigured(f"{path} is empty")
    return mended


def edit(source: bytes) -> bytes:
    """The mail as the person left it in his editor ($VISUAL or $EDITOR), byte for byte.

    Raises:
        Misconfigured: the editor could not be run, or left nothing.
    """
    with tempfile.TemporaryDirectory(prefix="firstline-") as folder:
        path = Path(folder) / "report.eml"
        path.write_bytes(source)
        try:
            subprocess.run(["sh", "-c", f'{_EDITOR} "$0"', str(path)], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Misconfigured("the editor failed; set EDITOR to another, or use --file") from error
        return from_file(path)
