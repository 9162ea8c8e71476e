"""Many calls at once, beside many mails."""

from pathlib import Path

import pytest

from tests.hotline.many_calls import play

pytestmark = pytest.mark.long


def test_of_fifty_calls_beside_five_hundred_mails_none_is_lost(tmp_path: Path) -> None:
    assert play(tmp_path)  # how long it takes is measured by bench/hotline.py
