"""Comparing trained classifiers and putting one in force: what the commands and the page do alike."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import Misconfigured
from models.settings import Settings
from workers import modelstore

if TYPE_CHECKING:
    from classify.training.compare import Contest
    from classify.training.corpus import Row

# How many of the corrections are looked at.
_LAST_CORRECTIONS = 500


@dataclass(frozen=True, slots=True)
class Sides:
    """The model in force, and the one that would follow it; None where there is no other."""

    champion: Path
    challenger: Path | None

    @property
    def versions(self) -> tuple[str, str | None]:
        return self.champion.name, self.challenger.name if self.challenger else None


def sides(settings: Settings, version: str | None = None) -> Sides:
    """The model in force against the one of that version, or the one trained last.

    Raises:
        Misconfigured: none is built yet, or there is none of that version.
    """
    champion = modelstore.find(settings)
    if champion is None:
        raise Misconfigured("no classifier is built yet; run firstline train --base")
    folder = modelstore.own_folder(settings)
    challenger = named(folder, version) if version else modelstore.newest(folder)
    return Sides(champion, challenger if challenger is not None and challenger.name != champion.name else None)


def named(folder: Path, version: str | None) -> Path:
    """The model of that version below `folder`, or the one trained last. Raises Misconfigured where there is none."""
    model = folder / version if version else modelstore.newest(folder)
    if model is None or not (model / "meta.json").is_file():
        known = ", ".join(sorted(path.parent.name for path in folder.glob("*/meta.json"))) or "none"
        wanted = f"no trained model {version}" if version else "no trained model"
        raise Misconfigured(f"there is {wanted} below {folder} (there: {known}); train one with firstline train")
    return model


def contests(of: Sides, corrected: "Sequence[Row]") -> "list[Contest]":
    """What both say of the frozen test and of the last of these corrections; takes some seconds."""
    from classify.training import corpus, evaluate  # noqa: PLC0415 - scikit-learn and spaCy take seconds to import
    from classify.training.compare import Contest  # noqa: PLC0415

    sets = {"the frozen test": corpus.read(modelstore.FROZEN_TEST)}
    last = tuple(corrected[-_LAST_CORRECTIONS:])
    if last:
        sets[f"the last {len(last)} corrections"] = last
    return [
        Contest(
            name,
            rows,
            tuple(evaluate.answers(of.champion, rows)),
            tuple(evaluate.answers(of.challenger, rows)) if of.challenger else None,
            by_champion=rows is last,
        )
        for name, rows in sets.items()
    ]


def report_path(settings: Settings, of: Sides) -> Path:
    """Where the report of that comparison lies."""
    champion, challenger = of.versions
    return modelstore.own_folder(settings) / f"evaluation-{champion}{f'-{challenger}' if challenger else ''}.html"


def write_report(found: "Sequence[Contest]", of: Sides, target: Path) -> None:
    """Write the comparison as a page, and beside it what it comes to."""
    from classify.training import compare, report  # noqa: PLC0415 - as above

    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(report.render(found, *of.versions), "utf-8")
    if of.challenger is not None:
        target.with_suffix(".json").write_text(json.dumps({"refused": compare.refusal(found)}), "utf-8")


def verdict(settings: Settings, of: Sides) -> str | None:
    """What the last comparison came to: why the challenger must not follow, or nothing; None where they were not
    compared, or it was not written to its end."""
    path = report_path(settings, of).with_suffix(".json")
    try:
        return str(json.loads(path.read_text("utf-8"))["refused"] or "")
    except (FileNotFoundError, ValueError):
        return None


def promote(
    settings: Settings,
    version: str | None,
    anyway: str,
    by: str | None,
    corrected: "Sequence[Row]",
    now: datetime,
) -> tuple[str, bool]:
    """Put the model of that version, or the one trained last, in force; `anyway` says why, though it is worse. Returns
    its version, and whether it was not in force before.

    Raises:
        Misconfigured: it finds fewer level 1 than the one in force or is right less often, a setting names the model,
            or there is none such.
    """
    check_free(settings)
    folder = modelstore.own_folder(settings)
    model, in_force = named(folder, version), modelstore.find(settings)
    if in_force is not None and in_force.name == model.name:
        return model.name, False
    if in_force is not None:
        from classify.training import compare  # noqa: PLC0415 - as above

        refused = compare.refusal(contests(Sides(in_force, model), corrected))
        if refused and not anyway:
            raise Misconfigured(f"{model.name} is not promoted: {refused}. If you know better, say why: --anyway WHY")
    modelstore.promote(folder, model, in_force, anyway or "nothing spoke against it", now, by)
    return model.name, True


def check_free(settings: Settings) -> None:
    """Raises Misconfigured where a setting names the model: then none is promoted."""
    if settings.model is not None:
        raise Misconfigured(f"the setting model names {settings.model}; take it away, and models can be promoted")
