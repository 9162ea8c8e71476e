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
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import classify
from classify.model import Classifier
from models.errors import Misconfigured
from models.settings import Settings

CORPUS = Path(classify.__file__).parent / "corpus"
FROZEN_TEST = CORPUS / "test"

Progress = Callable[[float, str], None]


def base_folder() -> Path:
    """The folder of the model that is built once for this installation."""
    return Path(sys.prefix) / "share" / "firstline" / "models"


def own_folder(settings: Settings) -> Path:
    """The folder of the models that this desk trains."""
    return settings.data / "models"


def current(folder: Path) -> Path | None:
    """The model in force below `folder`, or None."""
    pointer = folder / "current"
    if not pointer.exists():
        return None
    model = folder / pointer.read_text(encoding="utf-8").strip()
    return model if model.is_dir() else None


def find(settings: Settings) -> Path | None:
    """The model folder that these settings lead to, or None where none is built."""
    if settings.model is not None:
        if not settings.model.is_dir():
            raise Misconfigured(f"model: there is no folder {settings.model}; build one with firstline train")
        return settings.model
    return current(own_folder(settings)) or current(base_folder())


def load_classifier(settings: Settings) -> Classifier:
    """The classifier in force.

    Raises:
        Misconfigured: none is built yet.
    """
    folder = find(settings)
    if folder is None:
        raise Misconfigured("no classifier is built yet; run make setup, or firstline train")
    from classify.spacy_classifier import SpacyClassifier  # noqa: PLC0415 - spaCy takes 1.3 s to import

    return SpacyClassifier.load(folder)


def newest(folder: Path) -> Path | None:
    """The model below `folder` that was trained last, or None."""
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
    entry = {
        "at": at.isoformat(timespec="seconds"),
        "by": by or _user(),
        "model": model.name,
        "before": str(before) if before else None,
        "why": why,
    }
    with (folder / "history.jsonl").open("a", encoding="utf-8") as history:
        history.write(json.dumps(entry, ensure_ascii=False) + "\n")
    choose(folder, model)


def history(folder: Path) -> list[dict[str, Any]]:
    """What was put in force below `folder`, oldest first."""
    path = folder / "history.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.strip()]


def step_back(folder: Path, at: datetime, by: str | None = None) -> str:
    """Put the model in force again that was before the last promotion; returns its version.

    Raises:
        Misconfigured: there is none to go back to.
    """
    now = current(folder)
    entries = [entry for entry in history(folder) if now is not None and entry["model"] == now.name]
    before = Path(entries[-1]["before"]) if entries and entries[-1]["before"] else None
    base = current(base_folder())
    if now is not None and before is not None and before.parent == folder and before.is_dir():
        promote(folder, before, now, f"back from {now.name}", at, by)
        return before.name
    if now is None or before is None or before.parent == folder or base is None:
        raise Misconfigured("there is no earlier model to go back to")
    (folder / "current").unlink()  # the base model serves where the folder names none
    return base.name


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let no other process build below `folder` meanwhile: of two workers that start, the second would remove what
    the first one is at. It waits, and finds the model there."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as file:
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
    same corpus, corrections and code are not trained twice."""
    from classify.training.train import train  # noqa: PLC0415 - as above

    folder.mkdir(parents=True, exist_ok=True)
    return train(CORPUS, folder, progress, corrections)


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
