"""Access tokens for mail servers (OAuth 2.0, RFC 6749): Microsoft 365 and Gmail take no passwords any more."""

import hashlib
import json
import logging
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

from models.accounts import OAuth
from models.db import Database
from models.errors import Permanent, Temporary
from models.inserting import insert
from models.tables import OAuthTokenRow

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
_LIMIT_BYTES = 1024 * 1024
# A token is not used up to its last second: the server's clock may be ahead.
_SPARE_SECONDS = 60
_DEFAULT_LIFE_SECONDS = 300  # where the endpoint does not say


class TokenUnavailable(Temporary):
    """The token endpoint does not answer, or has trouble of its own."""


class TokenRefused(Permanent):
    """The token endpoint does not give us a token; somebody has to mend the settings or consent anew."""


class TokenSource:
    """The access token of one account: asked for when needed, kept until shortly before it ends.

    Some endpoints (Microsoft's) give a new refresh token with each answer. It is kept in the database, where there is
    one; the token in the settings counts again as soon as somebody writes another one there.
    """

    def __init__(
        self, name: str, settings: OAuth, database: Database | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._settings = settings
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._ends_at = 0.0

    def token(self, fresh: bool = False) -> str:
        """An access token; a new one where `fresh`, because the server did not take the last.

        Raises:
            TokenUnavailable: try again later.
            TokenRefused: the settings or the consent must be mended.
        """
        with self._lock:
            if fresh or not self._token or self._clock() >= self._ends_at:
                self._token = ""
                self._fetch()
            return self._token

    def _fetch(self) -> None:
        asked_at = self._clock()
        answer = self._ask()
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise TokenRefused(f"{self._settings.token_url} answers without an access_token")
        life = answer.get("expires_in")
        seconds = float(life) if isinstance(life, int | float | str) and str(life).isdigit() else _DEFAULT_LIFE_SECONDS
        self._token, self._ends_at = token, asked_at + max(0.0, seconds - _SPARE_SECONDS)
        rotated = answer.get("refresh_token")
        if isinstance(rotated, str) and rotated:
            self._keep(rotated)
        log.info("oauth_token_fetched", extra={"account": self._name, "seconds": int(seconds)})

    def _ask(self) -> dict[str, Any]:
        """The endpoint's answer. It may take each refresh token once, and another process may have been first: that one
        has kept the next."""
        form = self._form()
        try:
            return _post(self._settings.token_url, form)
        except TokenRefused:
            latest = self._form()
            if latest == form:
                raise
            return _post(self._settings.token_url, latest)

    def _form(self) -> dict[str, str]:
        settings = self._settings
        form = {"client_id": settings.client_id}
        if (secret := settings.secret("client_secret")) is not None:
            form["client_secret"] = secret
        if settings.scope:
            form["scope"] = settings.scope
        refresh = settings.secret("refresh_token")
        if refresh is None:
            return form | {"grant_type": "client_credentials"}
        return form | {"grant_type": "refresh_token", "refresh_token": self._latest(refresh)}

    def _latest(self, given: str) -> str:
        """The refresh token that the endpoint gave last, unless the settings have another one since."""
        if self._database is None:
            return given
        with self._database.reading() as session:
            row = session.get(OAuthTokenRow, self._name)
        return row.refresh_token if row is not None and row.given == _digest(given) else given

    def _keep(self, rotated: str) -> None:
        given = self._settings.secret("refresh_token")
        if self._database is None or given is None:
            return
        with self._database.transaction() as session:
            row = {"given": _digest(given), "refresh_token": rotated, "at": datetime.now(UTC)}
            new = insert(session, OAuthTokenRow).values(account=self._name, **row)
            session.execute(new.on_conflict_do_update(index_elements=["account"], set_=row))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _post(url: str, form: dict[str, str]) -> dict[str, Any]:
    """The endpoint's answer (RFC 6749 sections 5 and 6)."""
    body = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(url, body, {"Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return _json(response.read(_LIMIT_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            said = _json(error.read(_LIMIT_BYTES))
        reason = " ".join(str(said[key]) for key in ("error", "error_description") if said.get(key))[:200]
        sentence = f"{url} answers {error.code} {reason or error.reason}"
        if error.code >= 500 or error.code == 429:
            raise TokenUnavailable(sentence) from error
        raise TokenRefused(f"{sentence}; check client_id, client_secret and refresh_token") from error
    except (OSError, HTTPException) as error:
        raise TokenUnavailable(f"{url} cannot be reached: {error}") from error


def _json(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
