"""The simulation agrees with what queueing theory says of the cases that it can say something of."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from bench.sizing import costs, plot, simulate
from bench.sizing.__main__ import LEVELS, needed, rows
from bench.sizing.costs import Costs

pytestmark = pytest.mark.long

FREE = Costs(
    take_seconds=0.001,
    read_seconds=0.0,
    write_seconds=0.0,
    database_seconds=0.002,
    postgresql_bytes=20_000,
    sqlite_bytes=20_000,
    log_bytes=40_000,
    mail_bytes=8_000,
    measured="invented",
)
FLAT = (1.0,) * 24
RNG = 11


def day(reports: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return simulate.arrivals(reports, FLAT, np.random.default_rng(RNG))


@pytest.mark.parametrize("busy", [0.3, 0.6, 0.8])
def test_one_worker_without_batches_waits_as_pollaczek_and_khinchine_say(busy: float) -> None:
    reports = 40_000
    service = busy * 24 * simulate.HOUR / reports

    outcome = simulate.run(day(reports), 1, replace(FREE, read_seconds=service), batch=1)

    expected = service + busy * service / (2 * (1 - busy))
    assert outcome.waits.mean() == pytest.approx(expected, rel=0.05)
    assert outcome.workers_busy == pytest.approx(busy, rel=0.02)


def test_the_lock_is_one_server_however_many_workers_there_are() -> None:
    reports, busy = 40_000, 0.6
    service = busy * 24 * simulate.HOUR / reports

    outcome = simulate.run(day(reports), 40, replace(FREE, write_seconds=service), batch=1)

    expected = service + busy * service / (2 * (1 - busy))
    assert outcome.waits.mean() == pytest.approx(expected, rel=0.05)
    assert outcome.lock_busy == pytest.approx(busy, rel=0.02)


def test_every_report_is_done_once_and_after_it_arrived() -> None:
    arrived = simulate.arrivals(50_000, simulate.OFFICE_DAY, np.random.default_rng(RNG))

    outcome = simulate.run(arrived, 3, replace(FREE, read_seconds=0.01, write_seconds=0.002))

    assert outcome.done.size == arrived.size
    assert bool((outcome.waits >= 0.012 - 1e-9).all())
    assert outcome.backlog(np.array([outcome.done.max()])).tolist() == [0]


def test_with_too_few_workers_the_backlog_of_the_morning_is_gone_only_later() -> None:
    arrived = simulate.arrivals(200_000, simulate.OFFICE_DAY, np.random.default_rng(RNG))
    costs_ = replace(FREE, read_seconds=0.25)  # six a second come in the busiest hour, and a worker does four

    one, two = simulate.run(arrived, 1, costs_), simulate.run(arrived, 2, costs_)

    assert one.waited(0.5) > 600 > 60 > two.waited(0.99)


def test_more_workers_never_make_it_slower_until_the_lock_is_the_limit() -> None:
    arrived = simulate.arrivals(300_000, simulate.OFFICE_DAY, np.random.default_rng(RNG))
    costs_ = replace(FREE, read_seconds=0.1, write_seconds=0.02)

    waits = [simulate.run(arrived, workers, costs_).waited(0.99) for workers in (1, 2, 4, 8)]

    assert waits == sorted(waits, reverse=True)


def test_the_same_seed_is_the_same_day() -> None:
    first, again = day(1000), day(1000)

    assert first.tolist() == again.tolist()
    assert first.size == pytest.approx(1000, abs=150)


def test_a_day_without_reports_is_over_at_once() -> None:
    outcome = simulate.run(day(0), 2, FREE)

    assert outcome.waited(0.99) == 0.0
    assert "<svg" in plot.svg(outcome, "nothing & nobody")


def test_the_table_says_where_the_lock_is_the_limit() -> None:
    slow = replace(FREE, read_seconds=0.002, write_seconds=0.004)

    table = rows(slow, seed=1)

    assert len(table) == len(LEVELS) + 2
    assert "grows without end" in table[-1]
    assert "grows without end" not in table[-2]
    assert needed(0, 1.0) == 1


def test_the_costs_that_are_kept_say_where_they_come_from(tmp_path: Path) -> None:
    kept = costs.load()

    costs.save(kept, tmp_path / "again.json")

    assert costs.load(tmp_path / "again.json") == kept
    assert kept.measured in (Path(__file__).parents[2] / "docs" / "sizing.md").read_text("utf-8")
    assert kept.read_seconds > 0 < kept.write_seconds


def test_the_plot_is_well_formed_and_shows_both_curves() -> None:
    outcome = simulate.run(day(2000), 1, replace(FREE, read_seconds=0.02))

    drawn = ElementTree.fromstring(plot.svg(outcome, "2,000 < 3,000"))

    assert len(drawn.findall("{http://www.w3.org/2000/svg}path")) == 2
