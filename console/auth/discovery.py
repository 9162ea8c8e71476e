"""What an OpenID provider says of itself (OpenID Connect Discovery 1.0), and how it is asked over HTTP."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from joserfc.errors import JoseError

from console.auth.provider_values import ProviderBusy, ProviderRefused
from models.protected import is_protected

TIMEOUT_SECONDS = 10
_KEPT = timedelta(minutes=10)
# So long nobody else waits for a provider that has just kept somebody waiting in vain.
_LEFT_ALONE = timedelta(seconds=10)


class Discovery:
    """Read when it is first needed, and again after a while."""

    def __init__(self, issuer: str, clock: Callable[[], datetime]) -> None:
        self._issuer = issuer
        self._clock = clock
        self._lock = threading.Lock()
        self._said: dict[str, Any] = {}
        self._read_at: datetime | None = None
        self._failed: tuple[datetime, str] | None = None

    def said(self) -> dict[str, Any]:
        """All of it; whoever else asks meanwhile waits for the same answer.

        Raises:
            ProviderBusy, ProviderRefused: it cannot be had, or is not the issuer's own.
        """
        with self._lock:
            now = self._clock()
            if self._read_at is None or now - self._read_at > _KEPT:
                self._said, self._read_at = self._read(now), now
            return self._said

    def endpoint(self, name: str) -> str:
        """The address of that name. Raises as `said` does, and where there is none that is protected."""
        url = self.said().get(name)
        if not isinstance(url, str) or not is_protected(url):
            raise ProviderRefused(f"discovery has no {name} with https://")
        return url

    def _read(self, now: datetime) -> dict[str, Any]:
        if self._failed is not None and now - self._failed[0] < _LEFT_ALONE:
            raise ProviderBusy(self._failed[1])
        try:
            found = get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        except ProviderBusy as error:
            self._failed = now, str(error)
            raise
        if found.get("issuer") != self._issuer:
            says = str(found.get("issuer"))[:200]
            raise ProviderRefused(f"discovery calls itself {says!r}; set FIRSTLINE_OIDC_ISSUER to just that")
        return found


def get(url: str) -> dict[str, Any]:
    """The JSON object at that address. Raises ProviderBusy, ProviderRefused."""
    with believed():
        return json_of(requests.get(url, timeout=TIMEOUT_SECONDS, allow_redirects=False))


def json_of(answer: requests.Response) -> dict[str, Any]:
    path = urlsplit(answer.url).path
    if answer.status_code >= 500:
        raise ProviderBusy(f"{path} answers {answer.status_code}")
    if answer.status_code != 200:
        raise ProviderRefused(f"{path} answers {answer.status_code}")
    found = answer.json()
    if not isinstance(found, dict):
        raise ProviderRefused(f"{path} answers no JSON object")
    return found


@contextmanager
def believed() -> Iterator[None]:
    """Makes of what the libraries raise what it means. What is no URL or no JSON is a ValueError to all of them."""
    try:
        yield
    except (AuthlibBaseError, JoseError, ValueError) as error:
        raise ProviderRefused(f"what the provider says is not believed ({error})") from error
    except requests.RequestException as error:
        raise ProviderBusy(f"the provider does not answer ({type(error).__name__})") from error
