"""Which model is in force: promoted, rolled back, taken up without a restart."""

import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classify.model import ReportText
from models.errors import Misconfigured
from models.settings import Settings
from models.values import Channel
from tests.trained import copy_of_base
from workers import modelstore
from workers.swapping import SwappingClassifier

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
REPORT = ReportText(Channel.EMAIL, "disk", "one disk of the array is amber")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def own(settings: Settings) -> Path:
    """The desk's own models: two copies of the base model under other names."""
    folder = modelstore.own_folder(settings)
    for name in ("first", "second"):
        copy_of_base(folder / name)
    return folder


def put_in_force(settings: Settings, name: str, after: timedelta = timedelta()) -> None:
    folder = modelstore.own_folder(settings)
    modelstore.promote(folder, folder / name, modelstore.find(settings), "why not", NOW + after)


def test_where_no_folder_can_be_no_model_is_in_force(tmp_path: Path) -> None:
    (tmp_path / "share").write_text("", "utf-8")

    assert modelstore.current(tmp_path / "share" / "models") is None


def test_without_a_model_of_its_own_a_desk_uses_the_base_model(settings: Settings, own: Path) -> None:
    assert modelstore.find(settings) == modelstore.current(modelstore.base_folder())


def test_a_promotion_is_in_force_and_written_down(settings: Settings, own: Path) -> None:
    put_in_force(settings, "first")

    assert modelstore.find(settings) == own / "first"
    (entry,) = modelstore.history(own)
    assert (entry["model"], entry["why"], entry["at"]) == ("first", "why not", "2026-11-09T02:00:00+00:00")
    assert Path(entry["before"]).parent == modelstore.base_folder()


def test_stepping_back_twice_leads_to_the_base_model(settings: Settings, own: Path) -> None:
    put_in_force(settings, "first")
    put_in_force(settings, "second", timedelta(hours=1))

    assert modelstore.step_back(own, NOW + timedelta(hours=2)) == "first"
    assert modelstore.find(settings) == own / "first"
    modelstore.step_back(own, NOW + timedelta(hours=3))
    assert modelstore.find(settings) == modelstore.current(modelstore.base_folder())
    assert [entry["why"] for entry in modelstore.history(own)] == [
        "why not", "why not", "back from second", "back from first",
    ]  # fmt: skip


def test_stepping_back_from_the_first_leads_to_the_base_model(settings: Settings, own: Path) -> None:
    put_in_force(settings, "first")

    modelstore.step_back(own, NOW)

    assert modelstore.find(settings) == modelstore.current(modelstore.base_folder())


def test_stepping_back_finds_the_model_before_where_the_data_folder_was_moved(
    settings: Settings, own: Path, tmp_path: Path
) -> None:
    put_in_force(settings, "first")
    put_in_force(settings, "second")
    moved = tmp_path / "elsewhere"
    own.rename(moved)

    assert modelstore.step_back(moved, NOW) == "first"
    assert modelstore.current(moved) == moved / "first"


def test_of_two_who_take_a_promotion_back_one_does(settings: Settings, own: Path) -> None:
    put_in_force(settings, "first")
    put_in_force(settings, "second")
    modelstore.step_back(own, NOW, leaving="second")

    with pytest.raises(Misconfigured, match="second is not in force"):
        modelstore.step_back(own, NOW, leaving="second")

    assert modelstore.find(settings) == own / "first"


def test_what_a_full_disk_has_cut_off_of_the_history_costs_that_line_alone(settings: Settings, own: Path) -> None:
    put_in_force(settings, "first")
    with (own / "history.jsonl").open("a", encoding="utf-8") as book:
        book.write('{"at": "2026-11-09T02:0')

    put_in_force(settings, "second")

    assert [entry["model"] for entry in modelstore.history(own)] == ["first", "second"]
    assert modelstore.step_back(own, NOW) == "first"


def test_there_is_nothing_to_step_back_to_before_a_promotion(settings: Settings, own: Path) -> None:
    with pytest.raises(Misconfigured, match="no earlier model"):
        modelstore.step_back(own, NOW)


def test_a_promoted_model_is_taken_up_with_the_next_batch(settings: Settings, own: Path) -> None:
    put_in_force(settings, "first")
    classifier = SwappingClassifier(settings)

    (before,) = classifier.classify([REPORT])
    put_in_force(settings, "second")
    (after,) = classifier.classify([REPORT])

    assert (before.model, after.model, classifier.version) == ("first", "second", "second")
    assert before.level == after.level


def test_a_promoted_model_that_cannot_be_loaded_changes_nothing(settings: Settings, own: Path) -> None:
    put_in_force(settings, "first")
    classifier = SwappingClassifier(settings)
    (own / "second" / "level" / "vocab" / "vectors").write_bytes(b"")

    put_in_force(settings, "second")
    (broken,) = classifier.classify([REPORT])
    put_in_force(settings, "first")
    (mended,) = classifier.classify([REPORT])

    assert (broken.model, mended.model) == ("first", "first")


def test_a_classifier_that_stands_in_for_a_damaged_one_is_shown_until_another_is_in_force(
    settings: Settings, own: Path
) -> None:
    put_in_force(settings, "first")
    (own / "first" / "level" / "vocab" / "vectors").write_bytes(b"")
    classifier = SwappingClassifier(settings)

    assert classifier.stands_in
    put_in_force(settings, "second")
    classifier.classify([REPORT])
    assert not classifier.stands_in


def test_a_promoted_classifier_that_is_gone_is_shown(settings: Settings, own: Path) -> None:
    classifier = SwappingClassifier(settings)
    put_in_force(settings, "first")
    assert not classifier.stands_in  # it is taken up with the next batch

    shutil.rmtree(own / "first")

    assert classifier.stands_in
    assert SwappingClassifier(settings).stands_in


def test_where_it_cannot_be_read_which_classifier_was_promoted_another_one_is_shown_to_stand_in(
    settings: Settings, own: Path
) -> None:
    put_in_force(settings, "first")
    classifier = SwappingClassifier(settings)
    (own / "current").unlink()
    (own / "current").mkdir()

    assert classifier.stands_in
    assert classifier.classify([REPORT])


def test_a_promoted_model_that_is_damaged_when_the_desk_starts_leaves_it_the_base_model(
    settings: Settings, own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put_in_force(settings, "first")
    (own / "first" / "level" / "vocab" / "vectors").write_bytes(b"")

    classifier = SwappingClassifier(settings)
    (served,) = classifier.classify([REPORT])
    put_in_force(settings, "second")
    (mended,) = classifier.classify([REPORT])

    base = modelstore.current(modelstore.base_folder())
    assert base is not None
    assert (served.model, mended.model) == (base.name, "second")
    assert [record.levelname for record in caplog.records if "cannot be loaded" in record.getMessage()] == ["ERROR"]


def test_a_model_that_a_setting_names_and_that_is_damaged_is_no_start(settings: Settings, own: Path) -> None:
    (own / "first" / "level" / "vocab" / "vectors").write_bytes(b"")

    with pytest.raises(Misconfigured, match="no usable model"):
        SwappingClassifier(settings.model_copy(update={"model": own / "first"}))


def test_what_was_trained_before_and_comes_out_again_counts_as_trained_last(own: Path, tmp_path: Path) -> None:
    earlier = (own / "first").rename(own / modelstore.version([]))
    os.utime(earlier, (1, 1))
    assert modelstore.newest(own) == own / "second"

    modelstore.build(own, lambda _done, _what: None)

    assert modelstore.newest(own) == earlier
    restored = shutil.copytree(own, tmp_path / "restored", copy_function=shutil.copyfile)
    assert modelstore.newest(restored) == restored / earlier.name


def test_of_two_that_build_at_once_the_second_waits_for_the_first(tmp_path: Path) -> None:
    happened: list[str] = []

    def build_second() -> None:
        with modelstore.alone(tmp_path):
            happened.append("second")

    second = threading.Thread(target=build_second)
    with modelstore.alone(tmp_path):
        second.start()
        second.join(0.1)
        happened.append("first")
    second.join(10)

    assert happened == ["first", "second"]
