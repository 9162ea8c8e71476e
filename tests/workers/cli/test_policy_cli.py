"""`firstline policy` as people and scripts use it."""

import json
from importlib import resources
from pathlib import Path

import pytest

from tests.workers.test_cli import run

YILONG = (resources.files("routing") / "profiles" / "yilong.toml").read_text(encoding="utf-8")
ASKED = ("--profile", "service-plan", "--level", "2", "--category", "network", "--at", "2026-11-07T10:00")


def test_explain_answers_why_it_is_due_then(tmp_path: Path) -> None:
    done = run("policy", "explain", *ASKED, "--site-class", "elsewhere", "--json", folder=tmp_path)

    found = json.loads(done.stdout)
    assert (found["profile"], found["level"], found["level_name"]) == ("service-plan", 2, "三级故障")
    assert (found["process"], found["team"]) == ("fault", "infrastructure")
    (on_site,) = [clock for clock in found["clocks"] if clock["name"] == "on_site"]
    assert (on_site["starts_at"], on_site["due_at"]) == ("2026-11-09T08:00:00+08:00", "2026-11-10T08:00:00+08:00")
    assert "service-plan: on site, elsewhere" in on_site["because"]


def test_explain_says_the_same_in_words(tmp_path: Path) -> None:
    done = run("policy", "explain", *ASKED, folder=tmp_path)

    assert done.returncode == 0
    assert "Fault level 3, fault process" in done.stdout.decode()
    assert "on_site" in done.stdout.decode()
    assert (
        "escalate-2           2026-11-09T16:00:00+08:00  tells assignee, service-manager, expert"
        in done.stdout.decode()
    )


def test_explain_shows_the_ladder_that_follows(tmp_path: Path) -> None:
    done = run("policy", "explain", *ASKED, "--json", folder=tmp_path)

    ladder = {step.pop("name"): step for step in json.loads(done.stdout)["ladder"]}
    assert next(iter(ladder)) == "call-out-by-mail"
    assert ladder["escalate-2"].pop("because").startswith("escalate was not met in time (service-plan: ")
    assert ladder["escalate-2"] == {
        "due_at": "2026-11-09T16:00:00+08:00",
        "tell": ["assignee", "service-manager", "expert"],
        "by": ["sms", "email"],
        "does": ["expert"],
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--category", "disk"), "'disk' is no category"),
        (("--at", "yesterday"), "no time"),
        (("--profile", "acme"), "there is no profile 'acme'"),
        (("--contract", "gold"), "no tier 'gold'"),
    ],
)
def test_explain_says_what_is_wrong_with_the_question(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run("policy", "explain", *ASKED, *arguments, folder=tmp_path)

    assert done.returncode == 1
    assert says in done.stderr.decode()


def test_check_passes_what_comes_with_firstline(tmp_path: Path) -> None:
    done = run("policy", "check", folder=tmp_path)

    assert done.returncode == 0
    assert done.stdout.decode().count("ok ") == 7
    assert "warn" not in done.stdout.decode()


def test_check_names_the_file_and_the_place(tmp_path: Path) -> None:
    good, bad = tmp_path / "yilong.toml", tmp_path / "acme.toml"
    good.write_text(YILONG, "utf-8")
    bad.write_text(YILONG.replace('"2 hours"', '"soon"', 1), "utf-8")

    done = run("policy", "check", str(good), str(bad), folder=tmp_path)

    assert done.returncode == 1
    assert "ok    yilong: 18 clocks, 14 of them stated by the source; 29 steps of the ladder" in done.stdout.decode()
    assert "FAIL  profile acme: clocks.4.levels.1" in done.stdout.decode()


def test_check_warns_of_what_a_scheme_leaves_open_and_passes_it(tmp_path: Path) -> None:
    silent = tmp_path / "yilong.toml"
    silent.write_text(YILONG[: YILONG.index("[[ladder]]")], "utf-8")

    done = run("policy", "check", str(silent), folder=tmp_path)

    assert done.returncode == 0
    assert "warn  yilong: clock respond has no step of the ladder at level 1, 2, 3" in done.stdout.decode()
    assert "warn  yilong: level 1 never climbs" in done.stdout.decode()
