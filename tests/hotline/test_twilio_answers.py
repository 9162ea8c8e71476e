"""What Twilio's API, or whoever stands before it, answers says whether a message of ours is tried again."""

import json

import pytest

from tests.fakes.twilio.api import Api, Reply, Server
from tests.hotline.conftest import ENGINEER, Hotline
from tests.hotline.outgoing import senders
from workers.deliver.email import RelayUnreachable
from workers.hotline.download import TwilioRefused

PAGE = b"<html>Please log in</html>"


def error(code: int, message: str) -> bytes:
    return json.dumps({"code": code, "message": message, "status": 400}).encode()


@pytest.mark.parametrize(
    ("status", "content", "raises"),
    [
        (200, PAGE, RelayUnreachable),
        (201, b'{"sid": "CA', RelayUnreachable),
        (403, PAGE, RelayUnreachable),
        (404, PAGE, RelayUnreachable),
        (403, error(20005, "Account not active"), RelayUnreachable),
        (400, error(21211, "Invalid 'To' Phone Number"), TwilioRefused),
        (400, error(21610, "Attempt to send to unsubscribed recipient"), TwilioRefused),
        (404, error(20404, "The requested resource was not found"), TwilioRefused),
        (503, PAGE, RelayUnreachable),
    ],
)
@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_only_what_twilio_itself_refuses_is_given_up(
    hotline: Hotline, channel: str, status: int, content: bytes, raises: type[Exception]
) -> None:
    server = Server(lambda method, path, form, shown: Reply(status, content))
    with Api(hotline.exchange) as api, server:
        sender = senders(hotline, api, twilio_api_url=server.url)[channel]

        with pytest.raises(raises):
            sender.send("m1", ENGINEER, b"text")
