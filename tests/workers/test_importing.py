"""Mail taken in from an archive, a batch at a time."""

from models.queue import BATCH_BYTES
from workers.importing import BATCH, batches


def test_many_small_mails_are_stored_together() -> None:
    mails = [b"small"] * (BATCH + 1)

    assert [len(batch) for batch in batches(mails)] == [BATCH, 1]


def test_of_large_mails_no_more_are_held_than_fit_into_a_batch_and_one() -> None:
    large = bytes(BATCH_BYTES // 3)

    assert [len(batch) for batch in batches([large, None, large, large, large, large])] == [5, 1]
