"""One who asks what may never answer has a thread of his own for it."""

import threading

import pytest

from console.asking import OneAtATime


def test_who_asks_meanwhile_gets_the_same_answer_and_who_asks_later_another() -> None:
    may_answer, answers = threading.Event(), iter(("first", "second"))

    def question() -> str:
        assert may_answer.wait(10)
        return next(answers)

    asking = OneAtATime(question, "question")
    one, other = asking.ask(), asking.ask()
    may_answer.set()

    assert (one.result(10), other.result(10)) == ("first", "first")
    assert asking.ask().result(10) == "second"


def test_where_there_was_no_room_for_a_thread_the_next_one_asks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    asking = OneAtATime(lambda: "answer", "question")
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", no_room)
        with pytest.raises(RuntimeError):
            asking.ask()

    assert asking.ask().result(10) == "answer"
