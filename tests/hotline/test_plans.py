"""A webhook stays quick however much is stored: it walks along indexes."""

import pytest

from tests.hotline.conftest import KNOWN, Hotline
from tests.hotline.transcribing import DOWN, Scribe, is_not_understood
from tests.workers.test_query_plans import plans

pytestmark = pytest.mark.on_sqlite


def test_a_call_reads_no_whole_table_of_reports_cases_or_messages(hotline: Hotline) -> None:
    caller = hotline.caller(KNOWN).presses("1").presses("12").says("The array is offline")

    def goes_on() -> None:
        caller.presses("#").presses("1").presses("1").hangs_up()
        hotline.exchange.text(KNOWN, "The array is offline")

    found = plans(hotline.database, goes_on)

    assert len(found) >= 20
    big = ("reports", "report_parts", "cases", "outgoing", "events", "clocks", "contacts", "customers")
    assert [step for step in found if step in {f"SCAN {table}" for table in big}] == []


def test_what_is_written_down_is_found_and_put_on_its_case_along_indexes(hotline: Hotline) -> None:
    transcriber = hotline.transcriber(Scribe(DOWN))
    hotline.case(is_not_understood(hotline).hangs_up())

    def goes_on() -> None:
        assert transcriber.run() == 1
        hotline.work()
        assert transcriber.run() == 0

    found = plans(hotline.database, goes_on)

    assert len(found) >= 20
    big = ("transcripts", "reports", "report_parts", "cases", "outgoing", "events", "clocks", "classifications")
    assert [step for step in found if step in {f"SCAN {table}" for table in big}] == []
