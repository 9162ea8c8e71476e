"""The fake is Twilio as documented, and what we send and read is: against the tables of facts, and the library."""

import ast
import base64
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from twilio.rest.api.v2010.account import AccountInstance
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.rest.api.v2010.account.recording import RecordingInstance

from intake.channels.phone_events import ANSWERS, ENDED
from models.settings import Settings
from tests.fakes.twilio.api import Api
from tests.fakes.twilio.exchange import ACCOUNT, NUMBER, TOKEN, Answer, Exchange
from tests.fakes.twilio.facts import REQUESTS, ROUTES, STATUS, VALUES, Route, undocumented
from tests.hotline.conftest import ENGINEER, PUBLIC
from workers.deliver import telephone
from workers.hotline.twilio_api import TwilioApi

ROOT = Path(__file__).resolve().parents[2]
READERS = ("intake/channels/phone*.py", "workers/hotline/*.py")
IN_THE_LIBRARY = [route for route in ROUTES.values() if route.library]


def method(route: Route) -> Any:
    """The library's own method of a route."""
    module, _, name = route.library.partition(":")
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def camel(name: str) -> str:
    """A parameter of the library as it stands in the form."""
    return "".join(part.capitalize() for part in name.strip("_").split("_"))


def words(constants: type) -> set[str]:
    return {value for name, value in vars(constants).items() if name.isupper()}


@pytest.mark.parametrize("route", IN_THE_LIBRARY, ids=lambda route: route.name)
def test_the_library_has_the_same_parameters(route: Route) -> None:
    found = {camel(name): each for name, each in inspect.signature(method(route)).parameters.items() if name != "self"}
    needed = {name for name, each in found.items() if each.default is inspect.Parameter.empty}

    assert set(found) == set(route.parameters) | route.later
    assert needed == route.required


@pytest.mark.parametrize("route", IN_THE_LIBRARY, ids=lambda route: route.name)
def test_the_library_asks_at_the_same_path(route: Route) -> None:
    owner = route.library.rpartition(":")[2].partition(".")[0]
    source = inspect.getsource(getattr(import_module(route.library.partition(":")[0]), owner))
    path = re.sub(r"\{.+?\}", "{}", route.path)

    asked = {re.sub(r"\{.+?\}", "{}", found) for found in re.findall(r"/Accounts/\{\w+\}([\w/{}]*\.json)", source)}
    assert path in asked | {".json"}


@pytest.mark.parametrize(
    ("resource", "known"),
    [
        ("account", AccountInstance.Status),
        ("call", CallInstance.Status),
        ("message", MessageInstance.Status),
        ("recording", RecordingInstance.Status),
    ],
)
def test_the_library_knows_the_same_states(resource: str, known: type) -> None:
    assert STATUS[resource] == words(known)


def refuse(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    """Nobody listens to what the exchange tells."""
    return Answer(404, "")


@pytest.fixture
def api() -> Iterator[Api]:
    with Api(Exchange(refuse, PUBLIC)) as api:
        yield api


def test_the_fake_has_the_routes_of_the_table_and_no_others(api: Api) -> None:
    assert set(api.handlers) == set(ROUTES)


def test_what_our_senders_send_is_in_the_table(api: Api) -> None:
    client = TwilioApi(ACCOUNT, TOKEN, api.url).client()
    settings = Settings(public_url=PUBLIC, twilio_number=NUMBER)

    telephone.text(client, settings, "m1@desk.example", ENGINEER, "您的报告已登记")
    telephone.call(client, settings, "n1@desk.example", ENGINEER, "")

    [message], [call] = api.messages.values(), api.calls.values()
    assert set(message) - {"sid", "status"} <= set(ROUTES["CreateMessage"].parameters)
    assert set(call) - {"sid", "status"} <= set(ROUTES["CreateCall"].parameters)


@pytest.mark.parametrize(
    ("route", "changes", "code"),
    [
        ("CreateCall", {"To": []}, 21211),
        ("CreateCall", {"To": ["13800138000"]}, 21211),
        ("CreateCall", {"From": []}, 21212),
        ("CreateCall", {"Url": []}, 21205),
        ("CreateCall", {"Url": ["desk.example/notice"]}, 21205),
        ("CreateCall", {"StatusCallback": ["ftp://desk.example"]}, 21609),
        ("CreateCall", {"StatusCallbackEvent": ["completed", "in-progress"]}, 21626),
        ("CreateCall", {"ApplicationSid": ["AP1"]}, 21218),
        ("CreateCall", {"Timeout": ["601"]}, 20001),
        ("CreateCall", {"Timeout": ["20", "25"]}, 20001),
        ("CreateCall", {"MachineDetection": ["enabled"]}, 20001),
        ("CreateCall", {"Record": ["yes"]}, 20001),
        ("CreateCall", {"Passports": ["{}"]}, 20001),
        ("CreateMessage", {"From": []}, 21603),
        ("CreateMessage", {"Body": [""]}, 21602),
        ("CreateMessage", {"Body": ["a" * 1601]}, 21617),
        ("CreateMessage", {"Colour": ["red"]}, 20001),
    ],
)
def test_what_is_not_in_the_table_is_refused_as_twilio_refuses(
    api: Api, route: str, changes: dict[str, list[str]], code: int
) -> None:
    form = {"To": [ENGINEER], "From": [NUMBER]}
    form |= {"Url": [PUBLIC]} if route == "CreateCall" else {"Body": ["text"]}
    form = {name: values for name, values in (form | changes).items() if values}
    shown = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

    reply = api.answer("POST", f"/2010-04-01/Accounts/{ACCOUNT}{ROUTES[route].path}", form, shown)

    error = json.loads(reply.content)
    assert reply.status == error["status"] == 400
    assert error["code"] == code
    assert error["message"]
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"


def read_by_us() -> set[str]:
    """The parameters that our webhooks look at: `form["X"]`, `form.get("X")`, and the answers that are kept."""
    found = set(ANSWERS) | {"MediaUrl{N}", "MediaContentType{N}"}
    for path in (path for pattern in READERS for path in ROOT.glob(pattern)):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Subscript(value=ast.Name(id="form"), slice=ast.Constant(value=str(name))):
                    found.add(name)
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="form"), attr="get"), args=[ast.Constant(value=str(name)), *_]
                ):
                    found.add(name)
    return found


def test_our_webhooks_read_nothing_undocumented() -> None:
    documented = set().union(*REQUESTS.values())

    assert {"CallSid", "MessageSid", "RecordingSid", "TranscriptionText", "ErrorUrl"} <= read_by_us()
    assert read_by_us() <= documented


def test_every_state_in_which_a_call_is_over_ends_it() -> None:
    assert STATUS["call"] - {"queued", "ringing", "in-progress"} == ENDED
    assert STATUS["call"] <= VALUES["CallStatus"]


def test_a_fake_that_invents_a_parameter_or_a_value_is_caught() -> None:
    assert undocumented({"MessageSid": "SM1", "MediaUrl0": "https://api.twilio.com"}) == []
    assert undocumented({"MessageSid": "SM1", "Picture": "x"}) == ["Picture"]
    assert undocumented({"CallSid": "CA1", "CallStatus": "hung-up"}) == ["CallStatus=hung-up"]
    assert undocumented({"MessageSid": "SM1", "Body": "text", "Digits": "1"}) == ["Digits"]
