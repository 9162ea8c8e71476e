"""A safeguard that is off is missed: the checks of a chaos run are able to fail. All of them, and the same with the
safeguards on, are played by `python -m tests.chaos --safeguards-off`."""

from pathlib import Path

import pytest

from tests.chaos.proofs import BY_NAME, play
from tests.chaos.safeguards import OFF

QUICK = {
    "durable-before-answered": "lost: the mail",
    "one-identity": "doubled: ",
    "one-message-id": "under another Message-ID: ",
    "sent-only-when-taken": "never sent: ",
    "mailbox-lease": "doubled: two processes read one mailbox",
}


@pytest.mark.parametrize("safeguard", QUICK)
def test_the_oracle_sees_that_a_safeguard_is_off(safeguard: str, tmp_path: Path) -> None:
    found = play(tmp_path, BY_NAME[safeguard], is_on=False)

    assert any(violation.startswith(QUICK[safeguard]) for violation in found), found


def test_each_safeguard_has_a_fault_that_is_there_for_it() -> None:
    assert set(BY_NAME) == set(OFF)
