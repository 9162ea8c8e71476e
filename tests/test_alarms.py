"""Alarms, dashboard and runbook fit each other and what /metrics gives; promtool reads them all."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from models.db import Database
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.servers import require_binary
from workers import stuck
from workers.cli import doctor
from workers.metrics import Metrics

ROOT = Path(__file__).resolve().parents[1]
PROMETHEUS, GRAFANA = ROOT / "deploy" / "prometheus", ROOT / "deploy" / "grafana"
RULES = (PROMETHEUS / "firstline.rules.yml").read_text("utf-8")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")

SUFFIX = re.compile(r"_(?:bucket|total|count|sum)$")
NAME = re.compile(r"\b(?:firstline|process)_[a-z_]+\b")


def promtool(*arguments: str, folder: Path = PROMETHEUS) -> str:
    done = subprocess.run(
        [require_binary("promtool", "prometheus"), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def expressions() -> list[str]:
    """All PromQL of the dashboard, with its variables filled in."""

    def within(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (found for name, found in value.items() if name == "expr")
            yield from (found for inner in value.values() for found in within(inner))
        if isinstance(value, list):
            yield from (found for inner in value for found in within(inner))

    dashboard = json.loads((GRAFANA / "firstline.json").read_text("utf-8"))
    return [one.replace("$__rate_interval", "5m").replace("$job", ".*") for one in within(dashboard)]


def given(database: Database, clock: Clock) -> set[str]:
    """The names of all families on /metrics of a process that has a broker."""
    metrics = Metrics(database, clock)
    metrics.watch_broker(lambda: "")
    metrics.watch_disk(ROOT)
    metrics.watch_classifier(lambda: False)
    metrics.deadline_missed("respond")
    return {family.name for family in text_string_to_metric_families(metrics.text().decode())}


def test_the_rules_are_rules_and_fire_when_they_should() -> None:
    promtool("check", "rules", "firstline.rules.yml")
    promtool("check", "config", "prometheus.yml")
    promtool("test", "rules", *sorted(path.name for path in PROMETHEUS.glob("*.tests.yml")))


def test_each_expression_of_the_dashboard_is_one(tmp_path: Path) -> None:
    rules = [{"record": f"panel:{number}", "expr": one} for number, one in enumerate(expressions())]
    (tmp_path / "panels.yml").write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), "utf-8")

    said = promtool("check", "rules", "panels.yml", folder=tmp_path)

    assert f"{len(rules)} rules found" in said
    assert len(rules) > 30


def test_what_alarms_and_dashboard_ask_for_is_given(database: Database, clock: Clock) -> None:
    store(database, case(clock()))
    rules = re.sub(r"#.*|(?:summary|description|runbook_url): .*", "", RULES)

    asked = {SUFFIX.sub("", name) for name in NAME.findall("\n".join([rules, *expressions()]))}

    assert len(asked) > 25
    assert asked - {SUFFIX.sub("", name) for name in given(database, clock)} == set()


def test_what_is_given_is_shown_and_explained(database: Database, clock: Clock) -> None:
    shown = {SUFFIX.sub("", name) for name in NAME.findall("\n".join(expressions()))}

    text = Metrics(database, clock).text().decode()

    families = [family for family in text_string_to_metric_families(text) if family.name.startswith("firstline_")]
    hidden = {"firstline_classifier_reports", "firstline_disk_free_bytes", "firstline_disk_size_bytes"}
    created = {family.name for family in families if family.name.endswith("_created")}
    assert {family.name for family in families} - shown - hidden - created == set()
    assert [family.name for family in families if not family.documentation] == []


def test_metrics_are_named_as_promtool_wants_them(database: Database, clock: Clock) -> None:
    done = subprocess.run(
        [require_binary("promtool", "prometheus"), "check", "metrics"],
        input=Metrics(database, clock).text(),
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_each_alarm_leads_to_its_own_words_in_the_runbook_and_no_words_are_left_over() -> None:
    alarms = re.findall(r"- alert: (\w+)", RULES)

    assert set(re.findall(r"^### (\w+)$", RUNBOOK, re.M)) == set(alarms)
    assert re.findall(r"runbook_url: docs/runbook\.md#(\w+)", RULES) == [name.lower() for name in alarms]
    assert set(re.findall(r"\(#(\w+)\)", RUNBOOK)) <= {name.lower() for name in alarms}


def test_the_runbook_knows_each_state_of_doctor_and_readiness() -> None:
    source = Path(doctor.__file__).read_text("utf-8")
    named = set(re.findall(r'^        "([a-z ]+)": lambda', source, re.M)) | {
        *stuck.QUESTIONS,
        *stuck.SLOW,
        "model",
        "workers",
    }

    told = set(re.findall(r"`([\w ]+)`", "\n".join(re.findall(r"^\| (`.+?`) \|", RUNBOOK, re.M))))

    assert named - told == set()
    assert told - named == {"mailbox NAME"}
