"""Trains the model that ships: cross-validate, calibrate, train on everything, write one folder."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import spacy

from classify import decide, spacy_classifier, text
from classify.model import Classification
from classify.spacy_classifier import LEVEL_LABELS, SpacyClassifier
from classify.text import prepare
from classify.training import calibrate, corpus, held_out, linear, pipelines, reading
from classify.training.corpus import Row
from classify.training.scores import score
from models.values import CATEGORIES

_VERSION_DIGITS = 10
# How the work is divided, for the progress bar.
_READING_SHARE, _HELD_OUT_SHARE = 0.4, 0.5


def train(
    corpus_dir: Path, out_dir: Path, progress: Callable[[float, str], None], corrections: Sequence[Row] = ()
) -> Path:
    """Train on every *.jsonl of `corpus_dir` and on `corrections`; returns the model's folder, `out_dir`/<version>.

    The same corpus, corrections, configuration and code give the same version and the same model; a folder that is
    already there is returned as it is. `progress` hears the share done and what is being done. A folder
    appears complete or not at all. Raises CorpusError.
    """
    rows = (*corpus.read(corpus_dir), *corrections)
    version = version_of(corpus.files(corpus_dir), corrections)
    target = out_dir / version
    if target.exists():
        progress(1.0, f"model {version} is already there")
        return target

    progress(0.0, f"reading {len(rows)} reports")
    read = reading.read([prepare(row.text).text for row in rows])
    found = held_out.held_out(rows, read, lambda done, what: progress(_READING_SHARE + done * _HELD_OUT_SHARE, what))
    progress(_READING_SHARE + _HELD_OUT_SHARE, f"training on all {len(rows)} reports")
    everything = np.arange(len(rows))
    learnt = held_out.learn(read, held_out.levels(rows), held_out.categories(rows), everything)
    model = assemble(learnt, found, version)

    out_dir.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=out_dir))
    try:
        unfinished.chmod(0o755)  # mkdtemp's own 0700 would lock out a worker of another user
        model.save(unfinished, _facts(rows, found.answers, len(corrections)))
        os.replace(unfinished, target)
    except BaseException as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not (isinstance(error, OSError) and target.is_dir()):  # else somebody else has made the same meanwhile
            raise
    progress(1.0, f"model {version} written")
    return target


def assemble(learnt: held_out.Learnt, found: held_out.HeldOut, version: str) -> SpacyClassifier:
    """The classifier of what was learnt, with the confidence that held-out reports taught it."""
    level = pipelines.assemble(found.level.over(learnt.level), learnt.vocabulary, learnt.digest, LEVEL_LABELS)
    category = pipelines.assemble(found.category.over(learnt.category), learnt.vocabulary, learnt.digest, CATEGORIES)
    return SpacyClassifier(level, category, found.limits, version)


def _facts(rows: Sequence[Row], answers: Sequence[Classification], corrections: int) -> dict[str, Any]:
    """What the model's folder says beside the version. The answers to the corrections, which are their last rows, come
    from models that had not seen them: they stay comparable after the model has."""
    kept = list(zip(rows, answers, strict=True))[len(rows) - corrections :]
    return {
        "corpus_size": len(rows) - corrections,
        "corrections": corrections,
        "held_out": asdict(score(rows, answers)),
        "held_out_corrections": {
            row.theme: [answer.level, answer.category, answer.needs_review] for row, answer in kept
        },
    }


def version_of(corpus_files: Sequence[Path], corrections: Sequence[Row] = ()) -> str:
    """A short hash over all that decides how the model answers."""
    modules = (text, spacy_classifier, decide, pipelines, calibrate, reading, linear, held_out)
    code = (*(Path(str(module.__file__)) for module in modules), pipelines.CONFIG, *pipelines.COMPONENTS)
    digest = hashlib.sha256(spacy.about.__version__.encode())
    for path in (*corpus_files, *code):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for row in corrections:
        digest.update(f"{row.theme} {row.level} {row.category}\0".encode())
    return digest.hexdigest()[:_VERSION_DIGITS]
