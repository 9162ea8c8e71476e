"""Where the service schemes lie: those that come with Firstline, and the house's own in a folder of its own."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path

from models.errors import Misconfigured

_SUFFIX = ".toml"
# Read once in the life of a process: a file that is being edited, or spoilt, changes nothing for a running desk.
_own: dict[str, str] = {}
_files: dict[str, Path] = {}


def use(own: Mapping[str, str], folder: Path | None = None) -> None:
    """Have these, a text by its name, beside those that come with Firstline; `folder` is where they were read."""
    _own.clear()
    _own.update(own)
    _files.clear()
    _files.update({name: folder / f"{name}{_SUFFIX}" for name in own} if folder else {})


def own() -> dict[str, str]:
    """The house's own that are in use."""
    return dict(_own)


def read(folder: Path) -> dict[str, str]:
    """The texts of the house's own.

    Raises:
        Misconfigured: the folder or a file cannot be read, or has the name of one that comes with Firstline.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == _SUFFIX)
    except OSError as error:
        raise Misconfigured(f"schemes: the folder {folder} cannot be read: {error.strerror}") from error
    for path in files:
        if path.stem in _shipped():
            raise Misconfigured(
                f"schemes: {path} has the name of a scheme that comes with Firstline; give file and scheme another"
            )
    return {path.stem: read_file(path) for path in files}


def read_file(path: Path) -> str:
    """The text of one.

    Raises:
        Misconfigured: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")  # as editors of Windows begin a file
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path} is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from error


def names() -> list[str]:
    return sorted({*_shipped(), *_own})


def text(name: str) -> str | None:
    """The text of the scheme of that name; None where there is none."""
    return _own.get(name) or _shipped().get(name)


def file(name: str) -> Path | None:
    """Where the scheme of that name was read, if it is one of the house's own."""
    return _files.get(name)


@lru_cache(maxsize=1)
def _shipped() -> dict[str, str]:
    files = (resources.files("routing") / "profiles").iterdir()
    return {
        file.name.removesuffix(_SUFFIX): file.read_text(encoding="utf-8")
        for file in files
        if file.name.endswith(_SUFFIX)
    }
