"""Each check is shown to be able to fail: one fault, with the safeguard against it on and off.

A scenario breaks one thing in a small world. Nothing is wrong afterwards where the safeguard is on; where it is off,
the oracle has to say what.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.chaos import oracle
from tests.chaos.scenarios import SCENARIOS, SETTLED_SECONDS, Scenario
from tests.chaos.traffic import Traffic
from tests.chaos.world import world


def play(folder: Path, scenario: Scenario, is_on: bool = True) -> list[str]:
    """What is wrong after the scenario, with its safeguard on or off."""
    shape = scenario.shape
    if not is_on:
        shape = replace(shape, inside=";".join(filter(None, (shape.inside, f"without={scenario.safeguard}"))))
    with world(folder, shape) as made:
        traffic = Traffic(made, seed=1)
        found = scenario.play(made, traffic) or []
        hung = [name for name, sender in traffic.promised.answered.items() if sender in made.spoiled]
        found += oracle.settle(made, traffic.promised, SETTLED_SECONDS if is_on else scenario.seconds)
        return found + oracle.judge(made, traffic.promised, hung)


def missed(scenario: Scenario, found: list[str]) -> str:
    """What the oracle says of that safeguard; empty where it misses nothing."""
    return next((violation for violation in found if violation.startswith(scenario.missed)), "")


def prove_all(folder: Path, say: Callable[[str], None], only: str = "") -> bool:
    """Play every scenario with its safeguard on and off. True where each was right when on, and missed when off."""
    is_proven = True
    for scenario in SCENARIOS:
        if only not in ("", scenario.safeguard):
            continue
        for is_on in (True, False):
            started = time.monotonic()
            found = play(folder / scenario.safeguard / ("on" if is_on else "off"), scenario, is_on)
            is_right = not found if is_on else bool(missed(scenario, found))
            is_proven &= is_right
            told = (missed(scenario, found) or "; ".join(found[:3]) or "nothing is wrong").partition("\n")[0]
            say(
                f"{'ok  ' if is_right else 'FAIL'} {scenario.safeguard} {'on' if is_on else 'off'}, "
                f"{time.monotonic() - started:.0f} s: {told}"
            )
    return is_proven
