"""An OpenID provider, strict about what it is asked: discovery, keys, authorization, tokens with PKCE, userinfo.

What it answers can be spoilt, one claim at a time, as by a provider that is broken, or is not the one it says it is.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote_plus

from fastapi import FastAPI, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from workers.web import WebServer

CLIENT_ID, CLIENT_SECRET = "firstline-desk", "the secret of the tests & more"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass
class Asked:
    """What an authorization code stands for."""

    redirect_uri: str
    nonce: str
    challenge: str


@dataclass
class FakeProvider:
    """`person` is who is logged in there; `changes` are claims that are other than they should be (None: left out);
    `signs` makes the token of the claims."""

    clock: Callable[[], datetime]
    redirect_uri: str
    issuer: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: _key("one"))
    published: list[dict[str, Any]] | None = None
    discovery: dict[str, Any] = field(default_factory=dict)
    denies: str = ""
    status: int = 200
    signs: Callable[["FakeProvider", dict[str, Any]], str] | None = None
    codes: dict[str, Asked] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        } | self.discovery

    def claims(self, nonce: str, access_token: str) -> dict[str, Any]:
        now = int(self.clock().timestamp())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        found = {
            "iss": self.issuer,
            "sub": "person-1",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "at_hash": _encoded(half),
        }
        found |= self.person | self.changes
        return {name: value for name, value in found.items() if value is not None}

    def signed(self, claims: dict[str, Any]) -> str:
        if self.signs is not None:
            return self.signs(self, claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


def by_another_key(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """By a key that calls itself the provider's."""
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, _key("one"))


def by_our_secret(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """HS256, with what the client knows, too."""
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))


def by_nobody(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """`alg: none`."""
    head = json.dumps({"alg": "none"})
    return f"{_encoded(head.encode())}.{_encoded(json.dumps(claims).encode())}."


def _encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@contextmanager
def serving(provider: FakeProvider) -> Iterator[FakeProvider]:
    """The provider over HTTP on a loopback port, which its issuer's address then has."""
    server = WebServer(_app(provider), "127.0.0.1", 0)
    provider.issuer = f"http://127.0.0.1:{server.start()}"
    try:
        yield provider
    finally:
        server.stop()


def _app(provider: FakeProvider) -> FastAPI:
    app = FastAPI()
    _publish(app, provider)
    _authorize(app, provider)
    _give_tokens(app, provider)
    return app


def _publish(app: FastAPI, provider: FakeProvider) -> None:
    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        if provider.status != 200:
            raise HTTPException(provider.status)
        return provider.metadata()

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [provider.key.as_dict(private=False)] if provider.published is None else provider.published}


def _authorize(app: FastAPI, provider: FakeProvider) -> None:
    @app.get("/authorize")
    def authorize(
        response_type: Annotated[str, Query(pattern="^code$")],
        client_id: Annotated[str, Query(pattern=f"^{CLIENT_ID}$")],
        redirect_uri: str,
        scope: str,
        state: Annotated[str, Query(min_length=22)],
        nonce: Annotated[str, Query(min_length=22)],
        code_challenge: str,
        code_challenge_method: Annotated[str, Query(pattern="^S256$")],
    ) -> RedirectResponse:
        if redirect_uri != provider.redirect_uri or "openid" not in scope.split():
            raise HTTPException(400, "not what is registered")
        if not _CHALLENGE.fullmatch(code_challenge):
            raise HTTPException(400, "no S256 challenge")
        if provider.denies:
            return RedirectResponse(f"{redirect_uri}?error={provider.denies}&state={state}&iss={provider.issuer}", 302)
        code = secrets.token_urlsafe(16)
        provider.codes[code] = Asked(redirect_uri, nonce, code_challenge)
        return RedirectResponse(f"{redirect_uri}?code={code}&state={state}&iss={provider.issuer}", 302)


def _give_tokens(app: FastAPI, provider: FakeProvider) -> None:
    @app.post("/token")
    def token(
        request: Request,
        grant_type: Annotated[str, Form(pattern="^authorization_code$")],
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
    ) -> dict[str, Any]:
        _check_client(request)
        asked = provider.codes.pop(code, None)  # a code is good once
        if asked is None or redirect_uri != asked.redirect_uri or not _VERIFIER.fullmatch(code_verifier):
            raise HTTPException(400, "invalid_grant")
        digest = hashlib.sha256(code_verifier.encode()).digest()
        if _encoded(digest) != asked.challenge:
            raise HTTPException(400, "invalid_grant")
        access_token = secrets.token_urlsafe(16)
        provider.tokens.add(access_token)
        id_token = provider.signed(provider.claims(asked.nonce, access_token))
        return {"access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token}

    @app.get("/userinfo")
    def userinfo(request: Request) -> dict[str, Any]:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in provider.tokens:
            raise HTTPException(401)
        return provider.userinfo or {"sub": "person-1"}


def _check_client(request: Request) -> None:
    """The client's id and secret as RFC 6749 section 2.3.1 wants them: encoded as in a form first."""
    expected = base64.b64encode(f"{quote_plus(CLIENT_ID)}:{quote_plus(CLIENT_SECRET)}".encode()).decode()
    if request.headers.get("authorization") != f"Basic {expected}":
        raise HTTPException(401, "invalid_client")
