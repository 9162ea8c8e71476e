"""Where trained classifiers lie, and which one is in force.

A data folder may hold models of its own, `models/<version>` with the chosen one's name in
`models/current`. Where it holds none, the base model that `make setup` built beside the program serves.
`models/history.jsonl` tells which was put in force when, by whom and why; that is what rolling back reads.
"""

import fcntl
import getpass
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import classify
from classify.model import Classifier
from models.errors import Misconfigured
from models.settings import Settings

CORPUS = Path(classify.__file__).parent / "corpus"
FROZEN_TEST = CORPUS / "test"
_BOOK, _BOOK_LOCK = "history.jsonl", ".history"
_LAST = "last"  # names the model that was trained last: a restored backup has all of them written at once
_NO_EARLIER = "there is no earlier model to go back to"
_BACK_FROM = "back from "  # so began the reasons of what was taken back before entries said it

Progress = Callable[[float, str], None]


def base_folder() -> Path:
    """The folder of the model that is built once for this installation."""
    return Path(sys.prefix) / "share" / "firstline" / "models"


def own_folder(settings: Settings) -> Path:
    """The folder of the models that this desk trains."""
    return settings.data / "models"


def chosen(folder: Path) -> Path | None:
    """The model that was put in force below `folder`, whether it is there or not; None where none was."""
    try:
        return folder / (folder / "current").read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None


def current(folder: Path) -> Path | None:
    """The model in force below `folder`, or None."""
    model = chosen(folder)
    return model if model is not None and model.is_dir() else None


def find(settings: Settings) -> Path | None:
    """The model folder that these settings lead to, or None where none is built."""
    if settings.model is not None:
        if not settings.model.is_dir():
            raise Misconfigured(f"model: there is no folder {settings.model}; build one with firstline train")
        return settings.model
    return current(own_folder(settings)) or current(base_folder())


def is_replaced(settings: Settings, failed: Path | None) -> bool:
    """True where another classifier stands in for the promoted one: that is the one which `failed` to load, or gone."""
    try:
        promoted = None if settings.model else chosen(own_folder(settings))
    except OSError:  # the disk fails: which one was promoted cannot be read
        return True
    return promoted is not None and (promoted == failed or not promoted.is_dir())


def load_classifier(settings: Settings) -> Classifier:
    """The classifier in force.

    Raises:
        Misconfigured: none is built yet.
    """
    folder = find(settings)
    if folder is None:
        raise Misconfigured("no classifier is built yet; run firstline train --base")
    return load(folder)


def load(model: Path) -> Classifier:
    """The classifier in that folder. Raises Misconfigured where it is damaged."""
    from classify.spacy_classifier import SpacyClassifier  # noqa: PLC0415 - spaCy takes 1.3 s to import

    return SpacyClassifier.load(model)


def newest(folder: Path) -> Path | None:
    """The model below `folder` that was trained last, or None. By when it was written where nothing says which."""
    said = folder / _LAST
    last = folder / said.read_text(encoding="utf-8").strip() if said.is_file() else folder
    if last != folder and (last / "meta.json").is_file():
        return last
    models = [path for path in folder.glob("*") if (path / "meta.json").is_file() and not path.name.startswith(".")]
    return max(models, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)


def choose(folder: Path, model: Path) -> None:
    """Make `model`, which lies below `folder`, the one in force, in one step."""
    pointer = folder / "current.new"
    pointer.write_text(model.name + "\n", encoding="utf-8")
    pointer.replace(folder / "current")


def promote(folder: Path, model: Path, before: Path | None, why: str, at: datetime, by: str | None = None) -> None:
    """Put `model` in force after `before`, and write it down, as done `by` whoever runs this if left out. What the
    history says is safe before it is done."""
    with alone(folder, _BOOK_LOCK):
        _write_down(folder, model, before, why, at, by)
        choose(folder, model)


def history(folder: Path) -> list[dict[str, Any]]:
    """What was put in force below `folder`, oldest first; without lines that a full disk has cut off."""
    found = []
    for line in _book(folder).splitlines():
        with suppress(ValueError):
            found.append(json.loads(line))
    return found


def step_back(folder: Path, at: datetime, by: str | None = None, leaving: str | None = None) -> str:
    """Put the model in force again that was before the last promotion that was not taken back; returns its version.
    Where `leaving` says from which one, it has to be in force still: of two who take it back at once, one does.

    Raises:
        Misconfigured: there is none to go back to.
    """
    if not folder.is_dir():
        raise Misconfigured(_NO_EARLIER)
    with alone(folder, _BOOK_LOCK):
        now = current(folder)
        if leaving is not None and (now is None or now.name != leaving):
            raise Misconfigured(f"classifier {leaving} is not in force: there is no going back from it")
        before = _before(folder, now) if now is not None else None
        if now is None or before is None:
            raise Misconfigured(_NO_EARLIER)
        _write_down(folder, before, now, f"{_BACK_FROM}{now.name}", at, by, is_back=True)
        if before.parent == folder:
            choose(folder, before)
        else:
            (folder / "current").unlink()  # the base model serves where the folder names none
    return before.name


def _before(folder: Path, now: Path) -> Path | None:
    """The model that `now` followed when it was promoted last; None where that is no more."""
    stands: list[dict[str, Any]] = []
    for entry in history(folder):
        if entry.get("is_back", entry["why"].startswith(_BACK_FROM)):
            stands = stands[:-1]
        else:
            stands.append(entry)
    followed = [Path(entry["before"]) for entry in stands if entry["model"] == now.name and entry["before"]]
    if not followed:
        return None
    own = folder / followed[-1].name  # by its name: the data folder may have been moved, or be named otherwise
    if own.is_dir():
        return own
    return current(base_folder()) if followed[-1].parent not in (folder, Path()) else None


def _write_down(
    folder: Path, model: Path, before: Path | None, why: str, at: datetime, by: str | None, is_back: bool = False
) -> None:
    entry = {
        "at": at.isoformat(timespec="seconds"),
        "by": by or _user(),
        "model": model.name,
        "before": (before.name if before.parent == folder else str(before)) if before else None,
        "why": why,
        "is_back": is_back,
    }
    is_cut_off = not _book(folder).endswith("\n")
    with (folder / _BOOK).open("a", encoding="utf-8") as book:
        book.write(("\n" if is_cut_off else "") + json.dumps(entry, ensure_ascii=False) + "\n")


def _book(folder: Path) -> str:
    path = folder / _BOOK
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else "\n"


@contextmanager
def alone(folder: Path, lock: str = ".lock") -> Iterator[None]:
    """Let no other process build below `folder` meanwhile: of two workers that start, the second would remove what
    the first one is at. It waits, and finds the model there. Another `lock` is for another purpose."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / lock).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prune(folder: Path) -> None:
    """Remove the models below `folder` that are not in force."""
    kept = current(folder)
    for model in folder.iterdir():
        if model.is_dir() and model != kept:
            shutil.rmtree(model)


def build(folder: Path, progress: Progress, corrections: Sequence[Any] = ()) -> Path:
    """Train on the corpus and on corrections (`classify.training.corpus.Row`), and put the model below `folder`; the
    same corpus, corrections and code are not trained twice, and count as trained last all the same."""
    from classify.training.train import train  # noqa: PLC0415 - as above

    folder.mkdir(parents=True, exist_ok=True)
    model = train(CORPUS, folder, progress, corrections)
    (folder / _LAST).write_text(model.name + "\n", encoding="utf-8")
    return model


def version(corrections: Sequence[Any]) -> str:
    """What `build` would call the model of these corrections."""
    from classify.training import corpus  # noqa: PLC0415 - as above
    from classify.training.train import version_of  # noqa: PLC0415

    return version_of(corpus.files(CORPUS), corrections)


def _user() -> str:
    try:
        return getpass.getuser()
    except OSError:
        return "unknown"
