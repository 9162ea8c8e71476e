"""Coming in by an OpenID provider, over HTTP with a strict one; what is not believed is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from console.app import create_app
from console.auth import tries
from console.auth.provider import Provider
from console.auth.provider_values import ProviderSettings
from console.auth.roles import Role
from console.auth.totp import Vault
from console.auth.ways import WaysIn
from console.services import Services
from models.db import Database
from models.tables import AuditRow, SessionRow, UserRow
from tests.conftest import Clock
from tests.console_pages.browser import Answer, Browser
from tests.fakes.provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    FakeProvider,
    by_another_key,
    by_nobody,
    by_our_secret,
    serving,
)
from tests.services import make_services

ANN = "ann@firstline.example"
BACK = "http://testserver/login/provider/callback"
AddUser = Callable[..., None]
NewBrowser = Callable[..., Browser]


@pytest.fixture(scope="module")
def served() -> Iterator[FakeProvider]:
    """One server for all tests: a key takes its time."""
    with serving(FakeProvider(Clock(), BACK)) as provider:
        yield provider


@pytest.fixture
def house(served: FakeProvider, clock: Clock) -> FakeProvider:
    """The provider, at which Ann is logged in; nothing is spoilt."""
    served.clock = clock
    served.person = {"email": ANN, "email_verified": True, "name": "Ann Li"}
    served.userinfo, served.changes, served.discovery, served.codes = {}, {}, {}, {}
    served.published, served.signs, served.denies, served.status = None, None, "", 200
    return served


@pytest.fixture
def browser(database: Database, clock: Clock, house: FakeProvider) -> Iterator[NewBrowser]:
    """Makes browsers in which nobody is logged in, on pages with such settings of the provider."""
    apps: dict[str, FastAPI] = {}
    clients: list[TestClient] = []

    def make(required: frozenset[Role] = frozenset(), **wanted: Any) -> Browser:
        settings = {"issuer": house.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "name": "House"}
        provider = Provider(ProviderSettings(**(settings | wanted)), BACK, clock)
        ways = WaysIn(Vault(b"test key"), required, provider)
        services = make_services(database, clock)
        pages = replace(services.pages, ways=ways)
        app = apps.setdefault(repr((required, wanted)), create_app(replace(services, pages=pages)))
        clients.append(TestClient(app, follow_redirects=False))
        return Browser(clients[-1])

    yield make
    for client in clients:
        client.close()


def go(browser: Browser, path: str = "/login/provider?next=/cases") -> str:
    """Send the browser to the provider; returns the address that it is sent back to."""
    sent = browser.get(path)
    assert sent.status_code == 303, sent.text
    back = requests.get(sent.headers["location"], allow_redirects=False, timeout=20)
    assert back.status_code == 302, back.text
    found = urlsplit(back.headers["location"])
    assert f"{found.scheme}://{found.netloc}{found.path}" == BACK
    return f"{found.path}?{found.query}"


def come_back(browser: Browser, path: str) -> Answer:
    return browser.get(path)


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/mine").status_code == 200)


def test_whom_the_provider_vouches_for_is_let_in_and_sent_to_where_he_wanted(
    browser: NewBrowser, add_user: AddUser, database: Database, clock: Clock
) -> None:
    add_user(name="ann")
    ann = browser()
    assert "Log in with House" in ann.get("/login").text

    answer = come_back(ann, go(ann))

    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    assert is_in(ann)
    with database.reading() as session:
        assert session.scalars(select(SessionRow.how)).all() == ["provider"]
        assert session.scalars(select(UserRow.last_login_at)).one() == clock()
        assert session.scalars(select(AuditRow.what)).all() == ["login"]


def test_each_browser_is_asked_another_question_and_the_secret_stays_here(browser: NewBrowser) -> None:
    asked = [parse_qs(urlsplit(browser().get("/login/provider").headers["location"]).query) for _ in range(2)]

    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert "client_secret" not in asked[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["another client", "and one more"]},
        {"aud": None},
        {"aud": [CLIENT_ID, "another client"], "azp": "another client"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_a_claim_that_is_not_as_it_should_be_is_refused(
    browser: NewBrowser, add_user: AddUser, house: FakeProvider, database: Database, changes: dict[str, Any]
) -> None:
    add_user(name="ann")
    ann = browser()
    house.changes = changes

    answer = come_back(ann, go(ann))

    assert answer.status_code == 403
    assert "House did not let you in" in answer.text
    assert not is_in(ann)
    with database.reading() as session:
        assert session.scalars(select(AuditRow.what)).all() == ["login-refused"]


@pytest.mark.parametrize("signs", [by_another_key, by_our_secret, by_nobody, lambda provider, claims: "nonsense"])
def test_a_token_that_the_provider_has_not_signed_is_refused(
    browser: NewBrowser, add_user: AddUser, house: FakeProvider, signs: Callable[..., str]
) -> None:
    add_user(name="ann")
    ann = browser()
    house.signs = signs

    assert come_back(ann, go(ann)).status_code == 403
    assert not is_in(ann)


@pytest.mark.parametrize("spoilt", ["state", "iss"])
def test_an_answer_to_another_question_or_from_another_issuer_is_refused(
    browser: NewBrowser, add_user: AddUser, house: FakeProvider, spoilt: str
) -> None:
    add_user(name="ann")
    ann = browser()
    query = parse_qs(urlsplit(go(ann)).query)
    values = {name: value[0] for name, value in query.items()} | {spoilt: "another"}

    answer = ann.client.get("/login/provider/callback", params=values)

    assert answer.status_code == 403
    assert house.codes  # was not even asked for a token


def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(browser: NewBrowser, add_user: AddUser) -> None:
    add_user(name="ann")
    ann, eve, third = browser(), browser(), browser()
    link = go(ann)
    go(eve)

    assert come_back(eve, link).status_code == 403
    assert come_back(third, link).status_code == 403
    assert come_back(ann, link).status_code == 303
    assert come_back(ann, link).status_code == 403


def test_a_code_that_was_given_to_somebody_else_is_refused_by_its_verifier(
    browser: NewBrowser, add_user: AddUser
) -> None:
    add_user(name="ann")
    ann, eve = browser(), browser()
    hers = {name: value[0] for name, value in parse_qs(urlsplit(go(ann)).query).items()}
    own = {name: value[0] for name, value in parse_qs(urlsplit(go(eve)).query).items()}

    answer = eve.client.get("/login/provider/callback", params=own | {"code": hers["code"]})

    assert answer.status_code == 403
    assert not is_in(eve)


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ({"email_verified": False}, "has not confirmed"),
        ({"email_verified": None}, "has not confirmed"),
        ({"email": None}, "has not confirmed"),
        ({"email": "eve@firstline.example"}, "this desk does not"),
        ({"email": "ａnn@firstline.example"}, "this desk does not"),
    ],
)
def test_only_a_verified_address_that_is_a_users_counts(
    browser: NewBrowser, add_user: AddUser, house: FakeProvider, person: dict[str, Any], said: str
) -> None:
    add_user(name="ann")
    ann = browser()
    house.person |= person

    answer = come_back(ann, go(ann))

    assert answer.status_code == 403
    assert said in answer.text
    assert not is_in(ann)


def test_a_disabled_user_is_not_let_in(browser: NewBrowser, add_user: AddUser) -> None:
    add_user(name="ann", is_disabled=True)
    ann = browser()

    assert come_back(ann, go(ann)).status_code == 403


def test_what_is_not_in_the_token_is_asked_of_userinfo_if_it_speaks_of_the_same_person(
    browser: NewBrowser, add_user: AddUser, house: FakeProvider
) -> None:
    add_user(name="ann")
    house.person, house.userinfo = {}, {"sub": "person-1", "email": ANN, "email_verified": True}
    ann, eve = browser(), browser()

    assert come_back(ann, go(ann)).status_code == 303
    house.userinfo["sub"] = "person-2"
    assert come_back(eve, go(eve)).status_code == 403


def test_who_is_no_user_yet_becomes_a_viewer_only_where_that_is_set(browser: NewBrowser, database: Database) -> None:
    ann = browser(creates=True)

    assert come_back(ann, go(ann)).status_code == 303

    with database.reading() as session:
        row = session.scalars(select(UserRow)).one()
        assert (row.address, row.name, row.role, row.password) == (ANN, "Ann Li", Role.VIEWER, "")
    assert "Change the password" not in ann.get("/mine").text
    assert browser().log_in(ANN, "nobody has this password").status_code == 401


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("desk-leads", Role.SUPERVISOR),
        (["desk", "desk-leads", "others"], Role.SUPERVISOR),
        (["desk"], Role.AGENT),
        (["others"], None),
        ("admin", None),
        ({"desk": True}, None),
        (None, None),
    ],
)
def test_a_claim_gives_the_role_the_highest_of_several_and_none_is_refused(
    browser: NewBrowser,
    add_user: AddUser,
    house: FakeProvider,
    database: Database,
    groups: object,
    role: Role | None,
) -> None:
    add_user(Role.VIEWER, name="ann")
    house.person["groups"] = groups
    ann = browser(role_claim="groups", roles={"desk": Role.AGENT, "desk-leads": Role.SUPERVISOR})

    answer = come_back(ann, go(ann))

    with database.reading() as session:
        assert session.scalars(select(UserRow.role)).one() == (role or Role.VIEWER)
    assert answer.status_code == (303 if role else 403)
    assert is_in(ann) == (role is not None)


def test_a_claim_does_not_take_the_last_administrator_away(
    browser: NewBrowser, add_user: AddUser, house: FakeProvider, database: Database
) -> None:
    add_user(Role.ADMIN, name="ann")
    house.person["role"] = "viewer"
    ann = browser(role_claim="role")

    assert come_back(ann, go(ann)).status_code == 303
    with database.reading() as session:
        assert session.scalars(select(UserRow.role)).one() == Role.ADMIN


def test_who_comes_in_by_the_provider_is_asked_for_no_authenticator_here(
    browser: NewBrowser, add_user: AddUser
) -> None:
    add_user(name="ann")
    ann = browser(required=frozenset({Role.AGENT}))

    come_back(ann, go(ann))

    assert ann.get("/cases").status_code == 200


def test_a_provider_that_says_no_or_is_ill_lets_nobody_in_and_breaks_nothing(
    browser: NewBrowser, add_user: AddUser, house: FakeProvider, clock: Clock
) -> None:
    add_user(name="ann")
    ann = browser()
    house.denies = "access_denied"
    assert come_back(ann, go(ann)).status_code == 403
    house.denies = ""
    link = go(ann)
    house.published = []
    assert come_back(ann, link).status_code == 403
    house.published = [{"kty": "nonsense"}, 7]  # type: ignore[list-item]
    assert come_back(ann, go(ann)).status_code == 403

    clock.now += timedelta(minutes=11)
    house.status = 500

    answer = ann.get("/login/provider")
    assert answer.status_code == 503
    assert "House does not answer" in answer.text


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": None},
    ],
)
def test_a_discovery_that_is_not_the_issuers_own_is_not_followed(
    browser: NewBrowser, house: FakeProvider, discovery: dict[str, Any]
) -> None:
    house.discovery = discovery

    answer = browser().get("/login/provider")

    assert answer.status_code == 503
    assert "location" not in answer.headers


def test_too_many_failures_from_one_place_are_refused_unread(
    browser: NewBrowser, add_user: AddUser, database: Database
) -> None:
    add_user(name="ann")
    ann = browser()
    for _ in range(tries.LIMITS["client"]):
        assert come_back(ann, "/login/provider/callback?code=x&state=y").status_code == 403

    assert come_back(ann, "/login/provider/callback?code=x&state=y").status_code == 429
    assert ann.get("/login/provider").status_code == 429
    with database.reading() as session:
        assert len(session.scalars(select(AuditRow.id)).all()) == tries.LIMITS["client"]


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example/", "/cases%0d%0aSet-Cookie:x"])
def test_nobody_is_sent_elsewhere_after_coming_back(browser: NewBrowser, add_user: AddUser, next: str) -> None:
    add_user(name="ann")
    ann = browser()

    answer = come_back(ann, go(ann, f"/login/provider?next={next}"))

    assert answer.headers["location"] == "/"


def test_without_a_provider_its_addresses_are_not_there(services: Services) -> None:
    stranger = Browser(TestClient(create_app(services), follow_redirects=False))

    assert stranger.get("/login/provider").status_code == 404
    assert stranger.get("/login/provider/callback").status_code == 404
    assert "/login/provider" not in stranger.get("/login").text
