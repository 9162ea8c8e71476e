"""A model that a desk seems to have trained."""

import json
import shutil
from pathlib import Path

from classify import whole
from workers import modelstore


def copy_of_base(folder: Path) -> Path:
    """The base model as `folder`, under its name."""
    base = modelstore.current(modelstore.base_folder())
    assert base is not None
    shutil.copytree(base, folder)
    meta = folder / "meta.json"
    named = json.loads(meta.read_text("utf-8")) | {"version": folder.name}
    meta.write_text(json.dumps(whole.sealed(folder, named)), "utf-8")
    return folder
