"""A token endpoint (RFC 6749) and its introspection (RFC 7662), strict about what it is asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlsplit

CLIENT_ID, CLIENT_SECRET, FIRST_REFRESH_TOKEN = "firstline", "client-secret", "refresh-0"


class TokenEndpoint:
    """Gives access tokens that Dovecot accepts; each refresh token is good once, as with rotation."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.asked: list[dict[str, str]] = []
        self.valid: set[str] = set()
        self.refresh_token = FIRST_REFRESH_TOKEN
        self.expires_in: object = 3600
        self.failure: tuple[int, dict[str, str]] | None = None
        self._numbers = count(1)

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        self.asked.append(form)
        if self.failure is not None:
            return self.failure[0], dict(self.failure[1])
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        grant = form.get("grant_type")
        if grant == "refresh_token" and form.get("refresh_token") != self.refresh_token:
            return 400, {"error": "invalid_grant", "error_description": "the refresh token was used or revoked"}
        if grant not in ("refresh_token", "client_credentials"):
            return 400, {"error": "unsupported_grant_type"}
        number = next(self._numbers)
        access = f"access-{number}"
        self.valid.add(access)
        answer: dict[str, object] = {"access_token": access, "token_type": "Bearer", "expires_in": self.expires_in}
        if grant == "refresh_token":
            self.refresh_token = f"refresh-{number}"
            answer["refresh_token"] = self.refresh_token
        return 200, answer

    def introspect(self, token: str) -> dict[str, object]:
        active = token in self.valid
        return {"active": active, "email": self.user} if active else {"active": False}


@contextmanager
def serving(endpoint: TokenEndpoint, port: int) -> Iterator[str]:
    """The endpoint over HTTP on a loopback port; yields its base address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(raw).items()}
            if urlsplit(self.path).path == "/token":
                self._answer(*endpoint.token(form))
            else:
                self._answer(200, endpoint.introspect(form.get("token", "")))

        def do_GET(self) -> None:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self._answer(200, endpoint.introspect(token))

        def _answer(self, status: int, content: dict[str, object]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: the test says what it saw."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
