"""Writing firstline.toml in the working folder, and settings that are refused."""

import traceback
from pathlib import Path

import pytest

from models.errors import Misconfigured
from models.settings import load

SECRET = "hunter2-hunter2"


def write(text: str, name: str = "firstline.toml") -> None:
    Path(name).write_text(text, encoding="utf-8")


def refused(environ: dict[str, str] | None = None) -> str:
    """The message that these settings are refused with; not even its traceback shows the secret."""
    with pytest.raises(Misconfigured) as refusal:
        load(environ or {})
    assert SECRET not in "".join(traceback.format_exception(refusal.value))
    return str(refusal.value)
