"""Whatever the description of the API allows is taken, whatever it does not is refused, and every answer is as it says:
requests made up by Schemathesis, the same ones each time."""

import re
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, SerializationContext
from schemathesis.config import SchemathesisConfig

from console.app import create_app
from models.db import Database
from tests.conftest import Clock
from tests.console.furnished import furnish
from tests.services import make_services

EXAMPLES = 16
LONGEST_CURSOR = 2000
# What JSON Schema has no word for: either of two parameters, whom the directory knows, where a URL leads, a mail that
# is not blank, a letter of such a kind that says nothing by itself. There a request that keeps to the
# schema may be refused all the same.
_BEYOND_SCHEMA = (
    "GET /api/v1/reports",
    "PATCH /api/v1/cases/{number}/customer",
    "POST /api/v1/cases/{number}/replies",
    "POST /api/v1/webhooks",
    "PATCH /api/v1/webhooks/{webhook_id}",
    "PUT /api/v1/reports/{report_id}/source",
)
_ACCEPTED = ["2xx", "401", "404", "409", "422"]
_config = SchemathesisConfig.from_dict(
    {
        "auth": {"openapi": {"token": {"bearer": "the token of the tests"}}},
        "operations": [
            {
                "include-name": list(_BEYOND_SCHEMA),
                "checks": {"positive_data_acceptance": {"expected-statuses": _ACCEPTED}},
            }
        ],
    }
)
_key = re.compile(r"[!-~]{1,255}")
_fresh = count(1)
_clock = Clock()
# Described before there is a database; `furnished` brings one.
app = create_app(make_services(Database("sqlite://"), _clock))
schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=_config)


@schemathesis.serializer("message/rfc822")
def mail(context: SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(autouse=True)
def furnished(database: Database) -> None:
    furnish(database, _clock)
    app.state.services = make_services(database, _clock)


# Without a parameter beside Schemathesis' own all tests had one id, of which pytest-xdist runs one.
@pytest.mark.every_backend
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_is_as_it_describes_itself(case: Case[Any]) -> None:
    # A cursor comes from us alone, and a key is new for each request: by their schema they are just text.
    if len(str(case.query.get("cursor", ""))) <= LONGEST_CURSOR:
        case.query.pop("cursor", None)
    if _key.fullmatch(str(case.headers.get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = f"key-{next(_fresh)}"

    case.call_and_validate()
