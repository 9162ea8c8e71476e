"""The manifests: by the API's own schemas, and against the program."""

from pathlib import Path
from typing import Any

import pytest
from kubernetes_validate.utils import validate

from tests.shipping.deployed import COMMANDS, DEPLOY, PROBES, documents, strange_settings

FOLDER = DEPLOY / "kubernetes"
LISTED: list[str] = documents(FOLDER / "kustomization.yaml")[0]["resources"]
ALL = [found for name in LISTED for found in documents(FOLDER / name)]
VERSIONS = ("1.31", "1.37")  # the oldest that has all of it, and the newest that is known here


def of(kind: str) -> dict[str, dict[str, Any]]:
    return {found["metadata"]["name"]: found for found in ALL if found["kind"] == kind}


DEPLOYMENTS = of("Deployment")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_api_would_take_it(path: Path, version: str) -> None:
    for found in documents(path):
        if found["kind"] == "Kustomization":
            continue

        validate(found, version, strict=True)


def test_the_kustomization_lists_every_file_but_the_example() -> None:
    assert set(LISTED) == {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml", "secret.example.yaml"}


def test_there_is_a_deployment_for_each_part_which_runs_it_twice_at_least() -> None:
    scaled = {
        hpa["spec"]["scaleTargetRef"]["name"]: hpa["spec"]["minReplicas"]
        for hpa in of("HorizontalPodAutoscaler").values()
    }

    runs = {name: container(name)["args"] for name in DEPLOYMENTS}

    assert runs == {name: [name] for name in COMMANDS - {"up"}}
    assert {DEPLOYMENTS[name]["spec"].get("replicas", scaled.get(name)) for name in DEPLOYMENTS} == {2}


def container(name: str) -> dict[str, Any]:
    (found,) = DEPLOYMENTS[name]["spec"]["template"]["spec"]["containers"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_pod_may_do_no_more_than_the_restricted_standard_allows(name: str) -> None:
    pod, runs = DEPLOYMENTS[name]["spec"]["template"]["spec"], container(name)

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert runs["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert set(runs["resources"]["requests"]) == {"cpu", "memory"}
    assert "memory" in runs["resources"]["limits"]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_pods_probes_ask_what_there_is_on_a_port_that_it_opens(name: str) -> None:
    runs = container(name)
    ports = {port["name"]: port["containerPort"] for port in runs["ports"]}

    asked = {probe: runs[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}

    assert {get["path"] for get in asked.values()} == PROBES
    assert asked["readinessProbe"]["path"] == "/readyz"
    # A database that is away is no reason to kill whoever waits for it.
    assert asked["livenessProbe"]["path"] == asked["startupProbe"]["path"] == "/healthz"
    assert {ports[get["port"]] for get in asked.values()} == {8080 if name == "web" else 9090}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_while_a_node_is_emptied_one_of_each_goes_on(name: str) -> None:
    budget = of("PodDisruptionBudget")[name]["spec"]

    assert budget["minAvailable"] == 1
    assert budget["selector"] == DEPLOYMENTS[name]["spec"]["selector"]


def test_everything_that_selects_selects_pods_that_there_are() -> None:
    labels = [found["spec"]["template"]["metadata"]["labels"] for found in DEPLOYMENTS.values()]
    selectors = [service["spec"].get("selector", {}) for service in of("Service").values()]
    selectors += [policy["spec"]["podSelector"].get("matchLabels", {}) for policy in of("NetworkPolicy").values()]

    assert [wanted for wanted in selectors if not any(wanted.items() <= has.items() for has in labels)] == []


def test_nothing_comes_in_or_goes_out_unless_it_is_named() -> None:
    policies = of("NetworkPolicy")

    assert policies["nothing-else"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    open_to_all = {
        name for name, found in policies.items() if any("from" not in rule for rule in found["spec"].get("ingress", []))
    }
    assert open_to_all == {"smtp"}


@pytest.mark.parametrize("path", sorted(PROBES | {"/metrics"}))
def test_what_is_for_monitors_leads_nowhere_from_the_internet(path: str) -> None:
    assert "selector" not in of("Service")[leads_to(path)]["spec"]


@pytest.mark.parametrize("path", ["/", "/cases/FL-000001", "/api/v1/cases", "/twilio/voice", "/login", "/static/a.css"])
def test_what_people_and_twilio_ask_leads_to_the_web(path: str) -> None:
    assert leads_to(path) == "web"


def leads_to(path: str) -> str:
    """The service that a path of the ingress leads to: the longest prefix wins, element by element."""
    (rule,) = of("Ingress")["web"]["spec"]["rules"]
    found = rule["http"]["paths"]
    assert {one["pathType"] for one in found} == {"Prefix"}
    fits = [one for one in found if f"{path}/".startswith(f"{one['path'].rstrip('/')}/")]
    return str(max(fits, key=lambda one: len(one["path"]))["backend"]["service"]["name"])


def test_workers_are_scaled_by_a_metric_that_there_is() -> None:
    (metric,) = of("HorizontalPodAutoscaler")["worker"]["spec"]["metrics"]

    name = metric["external"]["metric"]["name"]

    assert f'"{name}"' in (DEPLOY.parent / "workers" / "metrics_stored.py").read_text("utf-8")
    assert name in (DEPLOY.parent / "docs" / "deploying.md").read_text("utf-8")


def test_settings_are_settings_and_secrets_come_from_the_secret() -> None:
    given = of("ConfigMap")["firstline"]["data"]
    (secret,) = documents(FOLDER / "secret.example.yaml")

    assert strange_settings(given) == []
    files = {Path(value).name for name, value in given.items() if name.endswith("_FILE")}
    assert files == set(secret["stringData"])
    assert "secret.example.yaml" not in LISTED
    for name in DEPLOYMENTS:
        mounted = {mount["mountPath"] for mount in container(name)["volumeMounts"]}
        assert {str(Path(value).parent) for key, value in given.items() if key.endswith("_FILE")} <= mounted


def test_every_image_is_of_a_version_and_named_by_the_kustomization() -> None:
    (image,) = documents(FOLDER / "kustomization.yaml")[0]["images"]

    assert {container(name)["image"] for name in DEPLOYMENTS} == {f"{image['name']}:{image['newTag']}"}
