"""Webhooks over a real socket, as Twilio sends them to a running product."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from tests.fakes.twilio.exchange import TIMEOUT_SECONDS, Answer


class Wire:
    """Posts to `port` of this machine whatever host the URL names; a fault counts as no answer, and is not repeated."""

    def __init__(self, port: int) -> None:
        self._port = port

    def __call__(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        try:
            sent = {**headers, "Content-Type": "application/x-www-form-urlencoded", "Host": parts.netloc}
            connection.request("POST", path, urlencode(form), sent)
            answer = connection.getresponse()
            body = answer.read().decode()
            return Answer(answer.status, body, answer.getheader("content-type", ""))
        except (OSError, http.client.HTTPException):
            return Answer(0, "")
        finally:
            connection.close()
