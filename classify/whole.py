"""Whether a model's folder holds what was written: a flipped byte in its weights would answer otherwise, not fail."""

import hashlib
import json
from pathlib import Path
from typing import Any

from models.errors import Misconfigured

_FILES, _SELF = "files", "sha256"


def sealed(folder: Path, meta: dict[str, Any]) -> dict[str, Any]:
    """The same with the digests of all files that lie in the folders below `folder`, and of itself."""
    files = {path.relative_to(folder).as_posix(): _of(path) for path in sorted(folder.glob("*/**/*")) if path.is_file()}
    whole = _unsigned(meta) | {_FILES: files}
    return {**whole, _SELF: _digest(whole)}


def check(folder: Path, meta: dict[str, Any]) -> None:
    """Raises Misconfigured where something is not as `sealed` found it, OSError where a file is gone. What was written
    before there were digests passes."""
    if _SELF not in meta:
        return
    if meta[_SELF] != _digest(_unsigned(meta)):
        raise Misconfigured("meta.json is not as it was written")
    for name, digest in meta[_FILES].items():
        if _of(folder / name) != digest:
            raise Misconfigured(f"{name} is not as it was written")


def _unsigned(meta: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in meta.items() if name != _SELF}


def _of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(meta: dict[str, Any]) -> str:
    as_read = json.loads(json.dumps(meta))  # its keys are texts then
    return hashlib.sha256(json.dumps(as_read, sort_keys=True).encode()).hexdigest()
