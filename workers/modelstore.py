"""Where trained classifiers lie, and which one is in force.

A data folder may hold models of its own, `models/<version>` with the chosen one's name in
`models/current`. Where it holds none, the base model that `make setup` built beside the program serves.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import classify
from classify.model import Classifier
from models.errors import Misconfigured
from models.settings import Settings

CORPUS = Path(classify.__file__).parent / "corpus"

Progress = Callable[[float, str], None]


def base_folder() -> Path:
    """The folder of the model that is built once for this installation."""
    return Path(sys.prefix) / "share" / "firstline" / "models"


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
    return current(settings.data / "models") or current(base_folder())


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


def choose(folder: Path, model: Path) -> None:
    """Make `model`, which lies below `folder`, the one in force, in one step."""
    pointer = folder / "current.new"
    pointer.write_text(model.name + "\n", encoding="utf-8")
    pointer.replace(folder / "current")


def prune(folder: Path) -> None:
    """Remove the models below `folder` that are not in force."""
    kept = current(folder)
    for model in folder.iterdir():
        if model.is_dir() and model != kept:
            shutil.rmtree(model)


def build(folder: Path, progress: Progress) -> Path:
    """Train on the corpus, put the model below `folder` and choose it; the same corpus and code are
    not trained twice."""
    from classify.training.train import train  # noqa: PLC0415 - as above

    folder.mkdir(parents=True, exist_ok=True)
    model = train(CORPUS, folder, progress)
    choose(folder, model)
    return model
