"""What backup and restore have in common beside the tables: trained models, and which key the data hang on."""

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

from models.errors import Misconfigured
from models.settings import Settings
from workers.backup.archive import MODELS

KEY = "token_key"


def model_files(data: Path) -> Iterator[tuple[str, Path]]:
    """The files of the trained models, with their paths in the archive; not of those that are being made."""
    folder = data / MODELS
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts) and inside.name != "current.new":
            yield f"{MODELS}/{inside.as_posix()}", path


def key_mark(settings: Settings) -> str | None:
    """Tells the key that signs and encrypts from others; None where none is made yet."""
    key = kept_key(settings)
    return hmac.new(key.encode(), b"firstline backup", hashlib.sha256).hexdigest()[:16] if key else None


def kept_key(settings: Settings) -> str:
    """That key; empty where none is made yet.

    Raises:
        Misconfigured: its file cannot be read.
    """
    if settings.token_key:
        return settings.token_key.get_secret_value()
    path = settings.data / KEY
    try:
        return path.read_text(encoding="ascii").strip() if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}") from error
