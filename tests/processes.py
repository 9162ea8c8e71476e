"""What has become of other processes."""

from pathlib import Path


def is_gone(process: int) -> bool:
    """True where it has ended, whether or not somebody has asked how."""
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"
