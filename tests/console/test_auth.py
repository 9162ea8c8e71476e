"""Who may use the API."""

import pytest
from starlette.testclient import TestClient

from tests.console.conftest import TOKEN, Connect

SECURED = [
    ("GET", "/api/v1/cases"),
    ("GET", "/api/v1/cases?limit=0"),
    ("GET", "/api/v1/cases/FL-000001"),
    ("GET", "/api/v1/cases/nonsense"),
    ("PATCH", "/api/v1/cases/FL-000001/classification"),
    ("GET", "/api/v1/cases/FL-000001/clocks"),
    ("POST", "/api/v1/cases/FL-000001/clocks/on_site/met"),
    ("POST", "/api/v1/cases/FL-000001/consent"),
    ("POST", "/api/v1/cases/FL-000001/take-over"),
    ("POST", "/api/v1/cases/FL-000001/replies"),
    ("POST", "/api/v1/cases/FL-000001/notes"),
    ("POST", "/api/v1/cases/FL-000001/state"),
    ("GET", "/api/v1/cases/FL-000001/merge?into=FL-000002"),
    ("POST", "/api/v1/cases/FL-000001/merge"),
    ("POST", "/api/v1/cases/FL-000001/unmerge"),
    ("POST", "/api/v1/cases/FL-000001/links"),
    ("DELETE", "/api/v1/cases/FL-000001/links/FL-000002"),
    ("POST", "/api/v1/cases/FL-000001/split"),
    ("GET", "/api/v1/cases/FL-000001/accident-report"),
    ("GET", "/api/v1/customers/C-100/report?month=2026-11"),
    ("GET", "/api/v1/cases/FL-000001/like"),
    ("GET", "/api/v1/knowledge?q=login"),
    ("PATCH", "/api/v1/cases/FL-000001/customer"),
    ("GET", "/api/v1/reports?message_id=a"),
    ("GET", "/api/v1/reports"),
    ("GET", "/api/v1/reports/shunted"),
    ("GET", "/api/v1/reports/r1"),
    ("GET", "/api/v1/reports/set-aside"),
    ("GET", "/api/v1/reports/r1/raw"),
    ("GET", "/api/v1/reports/r1/recording"),
    ("GET", "/api/v1/reports/r1/attachments"),
    ("GET", "/api/v1/reports/r1/attachments/0000"),
    ("POST", "/api/v1/reports/r1/retry"),
    ("POST", "/api/v1/reports/retry-all"),
    ("POST", "/api/v1/reports/r1/release"),
    ("POST", "/api/v1/reports/r1/discard"),
    ("PUT", "/api/v1/reports/r1/source"),
    ("GET", "/api/v1/mailboxes"),
    ("GET", "/api/v1/breakers"),
    ("DELETE", "/api/v1/breakers/address/a@b.example"),
    ("GET", "/api/v1/dead-addresses"),
    ("DELETE", "/api/v1/dead-addresses/a@b.example"),
    ("GET", "/api/v1/webhooks"),
    ("POST", "/api/v1/webhooks"),
    ("GET", "/api/v1/webhooks/w1"),
    ("PATCH", "/api/v1/webhooks/w1"),
    ("DELETE", "/api/v1/webhooks/w1"),
    ("POST", "/api/v1/webhooks/w1/secret"),
    ("POST", "/api/v1/webhooks/w1/test"),
    ("GET", "/api/v1/webhooks/w1/deliveries"),
    ("POST", "/api/v1/webhooks/w1/deliveries/d1/resend"),
]
OPEN = ["/", "/healthz", "/readyz", "/metrics", "/openapi.json"]


def described(api: TestClient) -> set[tuple[str, str]]:
    """Every method and path that the API says it has."""
    paths = api.get("/openapi.json").json()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


@pytest.mark.parametrize(("method", "path"), SECURED)
@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "x" * 1_000_000])
def test_without_the_right_token_every_route_is_401(
    connect: Connect, method: str, path: str, token: str | None
) -> None:
    answer = connect(token=token).request(method, path, json={} if method == "PATCH" else None)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "Authorization: Bearer TOKEN" in answer.json()["detail"]


def test_the_list_above_leaves_out_no_route(api: TestClient) -> None:
    names = {
        "/FL-000002": "/{other}",
        "/FL-000001": "/{number}",
        "/C-100": "/{number}",
        "/r1": "/{report_id}",
        "/0000": "/{sha256}",
        "/w1": "/{webhook_id}",
        "/d1": "/{delivery_id}",
        "/on_site": "/{clock}",
        "address/a@b.example": "{scope}/{key}",
    }
    names["/a@b.example"] = "/{address}"
    tested = set()
    for method, path in SECURED:
        path = path.partition("?")[0]
        for value, name in names.items():
            path = path.replace(value, name)
        tested.add((method, path))

    assert described(api) - {("GET", path) for path in OPEN} <= tested


@pytest.mark.parametrize("path", OPEN)
def test_what_monitors_ask_needs_no_token(connect: Connect, path: str) -> None:
    assert connect(token=None).get(path).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        b"Bearer",
        b"Bearer ",
        "Bearer 令牌".encode(),
        b"Bearer \xff\xfe",
        b"\xe9" * 100,
        b"Basic " + TOKEN.encode(),
        b"Token " + TOKEN.encode(),
        TOKEN.encode(),
        b"",
        b", ,Bearer",
    ],
)
def test_a_strange_header_is_a_401_and_no_crash(connect: Connect, header: bytes) -> None:
    answer = connect(token=None).get("/api/v1/cases", headers=[(b"authorization", header)])

    assert answer.status_code == 401


def test_the_scheme_may_be_written_in_any_case(connect: Connect) -> None:
    answer = connect(token=None).get("/api/v1/cases", headers={"Authorization": f"bearer {TOKEN}"})

    assert answer.status_code == 200


@pytest.mark.parametrize("shown", [None, "", " "])
def test_an_empty_token_opens_nothing_even_where_it_was_configured(connect: Connect, shown: str | None) -> None:
    assert connect(token=shown, api_token="").get("/api/v1/cases").status_code == 401


def test_the_description_says_how_to_show_the_token(api: TestClient) -> None:
    description = api.get("/openapi.json").json()

    [scheme] = description["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for path, methods in description["paths"].items():
        for operation in methods.values():
            assert ("security" in operation) == path.startswith("/api/")
