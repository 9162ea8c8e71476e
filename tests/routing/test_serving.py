"""How a report is served whose contract does not cover it."""

from importlib import resources

import pytest

from models.errors import Misconfigured
from models.values import Standing
from routing import profile as profiles
from routing.decide import decide
from routing.profile import Profile
from routing.rules import UnentitledRule
from routing.serving import serving
from tests.routing.test_entitlement import NOON

YILONG, PLAN = profiles.load("yilong"), profiles.load("service-plan")


def plan_that(serve: str) -> Profile:
    """The service plan with another rule for those who are not entitled."""
    rule = UnentitledRule.model_validate({"serve": serve, "row": "a test", "stated": True})
    return PLAN.model_copy(update={"unentitled": rule})


def test_where_the_scheme_says_nothing_clocks_run_as_usual() -> None:
    served = serving(Standing.EXPIRED, 3, PLAN, YILONG, site="elsewhere")

    assert (served.profile, served.site_class, served.is_held) == (PLAN, "elsewhere", False)
    assert "served as usual" in served.because
    assert "a default" in served.because


def test_on_hold_nothing_is_promised_but_a_first_reply() -> None:
    held = serving(Standing.NOT_ENTITLED, 3, plan_that("hold"), YILONG)

    decision = held.admits(decide(held.profile, 3, "hardware", NOON))

    assert held.is_held
    assert [clock.name for clock in decision.clocks] == ["first_reply"]


def test_by_the_default_profile_its_own_first_tier_counts() -> None:
    served = serving(Standing.NOT_NAMED, 3, plan_that("by the default profile"), YILONG, site="elsewhere")

    assert (served.profile, served.site_class) == (YILONG, None)


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("serve", ["as usual", "by the default profile", "hold"])
@pytest.mark.parametrize("standing", [Standing.EXPIRED, Standing.NOT_ENTITLED, Standing.NOT_NAMED])
def test_a_severe_fault_is_served_whatever_the_standing(level: int, serve: str, standing: Standing) -> None:
    served = serving(standing, level, plan_that(serve), YILONG)

    assert (served.profile.name, served.is_held) == ("service-plan", False)
    assert served.because == f"a fault of level {level} is served whatever the standing"


@pytest.mark.parametrize("standing", [Standing.ENTITLED, Standing.UNKNOWN])
def test_who_is_entitled_or_unknown_is_not_held(standing: Standing) -> None:
    served = serving(standing, 4, plan_that("hold"), YILONG)

    assert (served.is_held, served.because) == (False, "")


def test_a_profile_may_say_what_becomes_of_who_is_not_entitled() -> None:
    folder = resources.files("routing") / "profiles"
    text = (folder / "service-plan.toml").read_text(encoding="utf-8")

    found = profiles.parse(f'{text}\n[unentitled]\nserve = "hold"\nrow = "a test"\nstated = true\n', "service-plan")

    assert (found.unentitled.serve, found.unentitled.stated) == ("hold", True)
    with pytest.raises(Misconfigured, match=r"unentitled\.serve"):
        profiles.parse(f'{text}\n[unentitled]\nserve = "never"\n', "service-plan")
