"""Trains the model that ships: cross-validate, calibrate, train on everything, write one folder."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import spacy

from classify import decide, spacy_classifier, text
from classify.training import calibrate, corpus, pipelines
from classify.training.evaluate import held_out, train_classifier

_VERSION_DIGITS = 10
# Cross-validation is five sixths of the work.
_CROSS_VALIDATION_SHARE = 0.83


def train(corpus_dir: Path, out_dir: Path, progress: Callable[[float, str], None]) -> Path:
    """Train on every *.jsonl of `corpus_dir`; returns the model's folder, `out_dir`/<version>.

    The same corpus, configuration and code give the same version and the same model; a folder that is
    already there is returned as it is. `progress` hears the share done and what is being done. A folder
    appears complete or not at all. Raises CorpusError.
    """
    rows = corpus.read(corpus_dir)
    version = version_of(corpus.files(corpus_dir))
    target = out_dir / version
    if target.exists():
        progress(1.0, f"model {version} is already there")
        return target

    limits, scores = held_out(rows, lambda done, what: progress(done * _CROSS_VALIDATION_SHARE, what))
    progress(_CROSS_VALIDATION_SHARE, f"training on all {len(rows)} reports")
    model = train_classifier(rows, limits, version)

    out_dir.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=out_dir))
    try:
        unfinished.chmod(0o755)  # mkdtemp's own 0700 would lock out a worker of another user
        model.save(unfinished, {"corpus_size": len(rows), "held_out": asdict(scores)})
        os.replace(unfinished, target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    progress(1.0, f"model {version} written")
    return target


def version_of(corpus_files: Sequence[Path]) -> str:
    """A short hash over all that decides how the model answers."""
    modules = (text, spacy_classifier, decide, pipelines, calibrate)
    code = (*(Path(str(module.__file__)) for module in modules), pipelines.CONFIG, *pipelines.COMPONENTS)
    digest = hashlib.sha256(spacy.about.__version__.encode())
    for path in (*corpus_files, *code):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:_VERSION_DIGITS]
