"""What the model sees of a report, and what people are shown of it."""

from classify.model import ReportText
from classify.text import HEAD_CHARS, TAIL_CHARS, prepare
from models.values import Channel


def mail(subject: str, body: str) -> ReportText:
    return ReportText(Channel.EMAIL, subject, body)


def test_the_subject_stands_on_a_line_of_its_own() -> None:
    prepared = prepare(mail("core switch\n down", "since  nine\r\n\r\n\tplease call"))

    assert prepared.text == "core switch down\nsince nine\nplease call"


def test_traditional_words_become_the_mainlands_and_the_original_is_shown() -> None:
    prepared = prepare(mail("", "韌體更新後伺服器當機"))

    assert prepared.text == "固件更新后服务器宕机"
    assert prepared.piece(5, 10) == "伺服器當機"


def test_a_line_whose_length_changes_is_shown_converted_and_its_neighbours_as_written() -> None:
    prepared = prepare(mail("", "行動電源壞了\n請派人"))

    assert len(prepared.text) == len(prepared.shown)
    assert prepared.shown.endswith("請派人")


def test_full_width_signs_are_folded_for_the_model_only() -> None:
    prepared = prepare(mail("", "ＣＰＵ　９９％！"))

    assert prepared.text == "CPU 99%!"
    assert prepared.shown == "ＣＰＵ ９９％！"


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    prepared = prepare(mail("log", "first " + "x" * 50_000 + " last"))

    assert prepared.text.startswith("log\nfirst")
    assert prepared.text.endswith("last")
    assert len(prepared.text) <= len("log\n") + HEAD_CHARS + 1 + TAIL_CHARS


def test_a_text_without_a_letter_is_empty() -> None:
    assert prepare(mail(" ", "?!\n\u200b…")).is_empty
    assert not prepare(mail("", "停")).is_empty


def test_broken_characters_do_no_harm() -> None:
    prepared = prepare(mail("\ud800", "disk\x00 dead\ufeff"))

    assert prepared.text == "disk dead"
