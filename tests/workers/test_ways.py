"""How people come in, by the settings; and what `firstline doctor` says of the provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.auth.roles import Role
from models.settings import Settings, load
from tests.conftest import Clock
from tests.fakes.provider import CLIENT_ID, CLIENT_SECRET, FakeProvider, serving
from workers.cli.doctor import Finding, examine
from workers.ways import make_ways

BACK = "https://desk.example/login/provider/callback"


@pytest.fixture
def house(clock: Clock) -> Iterator[FakeProvider]:
    with serving(FakeProvider(clock, BACK)) as provider:
        yield provider


def settings(folder: Path, issuer: str, **more: str) -> Settings:
    (folder / "secret.txt").write_text(f"{CLIENT_SECRET}\n")
    return load(
        {
            "FIRSTLINE_DATA": str(folder / "data"),
            "FIRSTLINE_PUBLIC_URL": "https://desk.example/",
            "FIRSTLINE_OIDC_ISSUER": issuer,
            "FIRSTLINE_OIDC_CLIENT_ID": CLIENT_ID,
            "FIRSTLINE_OIDC_CLIENT_SECRET_FILE": str(folder / "secret.txt"),
        }
        | more
    )


def provider_finding(found: Settings) -> Finding:
    [finding] = [each for each in examine(found) if each.name == "provider"]
    return finding


def test_the_settings_make_the_ways_in(tmp_path: Path, clock: Clock) -> None:
    ways = make_ways(
        settings(
            tmp_path,
            "https://login.example/desk",
            FIRSTLINE_TOTP_REQUIRED="admin",
            FIRSTLINE_OIDC_ROLE_CLAIM="groups",
            FIRSTLINE_OIDC_ROLES="desk=agent",
            FIRSTLINE_OIDC_CREATE="true",
        ),
        b"key",
        clock,
    )

    assert ways.totp_required == {Role.ADMIN}
    assert ways.provider is not None
    assert ways.provider.name == "login.example"
    assert ways.provider.settings.client_secret == CLIENT_SECRET
    assert ways.provider.settings.roles == {"desk": Role.AGENT}
    assert ways.provider.settings.creates
    assert make_ways(Settings(), b"key", clock).provider is None


def test_doctor_asks_for_the_discovery_and_says_where_people_are_sent_back(house: FakeProvider, tmp_path: Path) -> None:
    finding = provider_finding(settings(tmp_path, house.issuer, FIRSTLINE_OIDC_NAME="House"))

    assert finding.ok
    assert finding.text == f"House: {house.issuer} answers; it sends people back to {BACK}"
    assert provider_finding(Settings(data=tmp_path)).text.startswith("none set")


@pytest.mark.parametrize(
    ("status", "discovery", "said"),
    [
        (404, {}, "answers 404"),
        (500, {}, "answers 500"),
        (200, {"issuer": "https://login.example"}, "set FIRSTLINE_OIDC_ISSUER to just that"),
        (200, {"jwks_uri": None}, "no jwks_uri"),
        (200, {"token_endpoint": "ftp://x.example"}, "no token_endpoint"),
    ],
)
def test_doctor_names_what_is_wrong_with_a_provider(
    house: FakeProvider, tmp_path: Path, status: int, discovery: dict[str, str], said: str
) -> None:
    house.status, house.discovery = status, discovery

    finding = provider_finding(settings(tmp_path, house.issuer))

    assert not finding.ok
    assert said in finding.text


def test_doctor_says_that_a_provider_does_not_answer(tmp_path: Path) -> None:
    finding = provider_finding(settings(tmp_path, "http://127.0.0.1:9"))

    assert not finding.ok
    assert "does not answer" in finding.text
