"""`firstline evaluate` and `promote`, on a model that is a copy of the base model: training takes minutes."""

from pathlib import Path

from typer.testing import CliRunner, Result

from tests.trained import copy_of_base
from workers import modelstore
from workers.main import app


def firstline(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def trained(data: Path) -> Path:
    """A model that the desk seems to have trained."""
    return copy_of_base(data / "models" / "trained")


def test_a_model_is_compared_promoted_and_taken_back(data: Path) -> None:
    folder = trained(data)

    compared = firstline("evaluate")
    promoted = firstline("promote")
    again = firstline("promote", "trained")
    in_force = modelstore.current(folder.parent)
    back = firstline("promote", "--back")

    assert "nothing speaks against `firstline promote`" in compared.stdout, compared.output
    assert [path.suffix for path in sorted(folder.parent.glob("evaluation-*"))] == [".html", ".json"]
    assert "classifier trained is in force; `firstline promote --back` undoes it" in promoted.stdout
    assert "is in force already" in again.stdout
    assert in_force == folder
    assert "is in force again" in back.stdout
    assert modelstore.current(folder.parent) is None


def test_what_is_not_trained_cannot_be_promoted(data: Path) -> None:
    assert "there is no trained model none" in str(firstline("promote", "none").exception)
    assert "there is no trained model below" in str(firstline("promote").exception)
