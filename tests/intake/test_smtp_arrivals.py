"""Results of other threads, brought to an event loop."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from intake.channels.smtp_arrivals import Arrivals


def test_each_of_many_that_wait_gets_its_own_result() -> None:
    futures: list[Future[int]] = [Future() for _ in range(200)]

    async def all_of_them() -> list[int]:
        arrivals = Arrivals(asyncio.get_running_loop())
        waiting = [asyncio.create_task(arrivals.wait(future)) for future in futures]
        with ThreadPoolExecutor(4) as pool:
            for number, future in enumerate(futures):
                pool.submit(future.set_result, number)
            return await asyncio.gather(*waiting)

    assert asyncio.run(all_of_them()) == list(range(200))


def test_what_is_done_already_is_there_at_once_and_what_failed_is_raised() -> None:
    done: Future[str] = Future()
    done.set_result("stored")
    failed: Future[str] = Future()
    failed.set_exception(OSError("the disk is full"))

    async def both() -> str:
        arrivals = Arrivals(asyncio.get_running_loop())
        with pytest.raises(OSError, match="the disk is full"):
            await arrivals.wait(failed)
        return await arrivals.wait(done)

    assert asyncio.run(both()) == "stored"


def test_who_stops_waiting_cancels_nothing_and_does_not_stop_the_others() -> None:
    given_up: Future[int] = Future()
    other: Future[int] = Future()

    async def one_gives_up() -> int:
        arrivals = Arrivals(asyncio.get_running_loop())
        waiting = [asyncio.create_task(arrivals.wait(future)) for future in (given_up, other)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(given_up.set_result, 1)
            pool.submit(other.set_result, 2)
        return await waiting[1]

    assert asyncio.run(one_gives_up()) == 2
    assert given_up.result() == 1


def test_a_result_that_comes_after_the_loop_has_ended_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    late: Future[int] = Future()

    async def leaves() -> None:
        arrivals = Arrivals(asyncio.get_running_loop())
        asyncio.create_task(arrivals.wait(late))  # noqa: RUF006 - cancelled with the loop
        await asyncio.sleep(0)

    asyncio.run(leaves())
    late.set_result(1)

    assert caplog.messages == []
