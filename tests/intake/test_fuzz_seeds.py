"""What a fuzz run once found, and a short run of its own; the long one is `python -m tests.fuzz`."""

from pathlib import Path
from random import Random

import pytest

from tests.fuzz.check import check
from tests.fuzz.mutate import mutate

FIXTURES = Path(__file__).parents[2] / "fixtures"
FOUND = sorted((FIXTURES / "fuzz").glob("*.eml"))


@pytest.mark.parametrize("path", FOUND, ids=[path.stem for path in FOUND])
def test_what_a_fuzz_run_found_stays_mended(path: Path) -> None:
    check(path.read_bytes())


@pytest.mark.parametrize("seed", range(8))
def test_mutated_mails_are_read(seed: int) -> None:
    random = Random(seed)
    seeds = [path.read_bytes() for path in sorted((FIXTURES / "mail").glob("*.eml"))]

    for _ in range(60):
        check(mutate(random.choice(seeds), seeds, random))
