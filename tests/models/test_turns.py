"""Who writes next: those whom somebody waits for, in the order in which they came; the others get their turn too."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from models import forgetting
from models.db import Database
from models.turns import MOST_BEFORE, TurnNotReached, Turns
from tests.waiting import wait_until
from workers.retention import Keeper


class Line:
    """Threads that ask for a turn, one after the other, while it is somebody else's."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._threads: list[threading.Thread] = []
        self.went: list[str] = []

    def joins(self, name: str, gives_way: bool = False) -> None:
        waiting_before = waiting(self._turns)
        self._threads.append(threading.Thread(target=self._go, args=(name, gives_way)))
        self._threads[-1].start()
        wait_until(lambda: waiting(self._turns) > waiting_before)

    def ends(self) -> list[str]:
        for thread in self._threads:
            thread.join(30)
        return self.went

    def _go(self, name: str, gives_way: bool) -> None:
        with self._turns.turn(30, gives_way):
            self.went.append(name)


def waiting(turns: Turns) -> int:
    return len(turns._first) + len(turns._giving_way)


def played(play: Callable[[Line], None]) -> list[str]:
    """The order in which those went who joined a line while the turn was somebody else's."""
    turns = Turns()
    line = Line(turns)
    with turns.turn(30):
        play(line)
    return line.ends()


def test_the_first_to_ask_is_the_first_to_go() -> None:
    def play(line: Line) -> None:
        for name in "abcd":
            line.joins(name)

    assert played(play) == ["a", "b", "c", "d"]


def test_who_gives_way_goes_after_those_whom_somebody_waits_for() -> None:
    def play(line: Line) -> None:
        line.joins("worker", gives_way=True)
        line.joins("caller")
        line.joins("sender")

    assert played(play) == ["caller", "sender", "worker"]


def test_who_gives_way_is_not_kept_waiting_for_ever() -> None:
    def play(line: Line) -> None:
        line.joins("worker", gives_way=True)
        for number in range(MOST_BEFORE + 3):
            line.joins(str(number))

    assert played(play).index("worker") == MOST_BEFORE


def test_whoever_gave_up_is_passed_over() -> None:
    turns = Turns()
    line = Line(turns)
    with turns.turn(30):
        with pytest.raises(TurnNotReached), turns.turn(0.01):
            line.went.append("gave up")
        line.joins("next")

    assert line.ends() == ["next"]


def test_a_turn_that_fails_is_passed_on() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="a fault"), turns.turn(1):
        raise ValueError("a fault")

    with turns.turn(0.01):
        assert waiting(turns) == 0


@pytest.mark.on_sqlite
def test_what_is_forgotten_by_its_age_gives_way_to_senders(database: Database) -> None:
    asked: list[bool] = []

    class Noted(Turns):
        @contextmanager
        def turn(self, seconds: float, gives_way: bool = False) -> Iterator[None]:
            asked.append(gives_way)
            with super().turn(seconds, gives_way):
                yield

    database.turns = Noted()

    Keeper(database, [(walk, 1) for walk in forgetting.WALKS]).forget_page(datetime(2026, 11, 9, tzinfo=UTC))

    assert asked == [True] * len(forgetting.WALKS)
