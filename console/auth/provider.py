"""Coming in by another house's word: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636), by Authlib.

Nothing is kept here between going and coming back: state, nonce and verifier all follow from a random key that the
browser holds in a cookie. Who comes back without it, or with another's answer, is refused.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from console.auth.discovery import TIMEOUT_SECONDS, Discovery, believed, get, json_of
from console.auth.provider_values import Answer, Person, ProviderRefused, ProviderSettings
from console.auth.roles import Role, highest

# The provider signs with its own key: never with our secret (HS256), never not at all.
_REGISTRY = JWSRegistry(algorithms=["RS256", "PS256", "ES256"], strict_check_header=False)
_SCOPE = "openid email profile"
_LEEWAY_SECONDS = 60


class Provider:
    """The provider as it is set. Its keys are read at each log-in, so that new ones count at once."""

    def __init__(self, settings: ProviderSettings, redirect_uri: str, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.name = settings.name
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._discovery = Discovery(settings.issuer, clock)

    def start(self, key: str) -> str:
        """Where to send the browser that holds `key`.

        Raises:
            ProviderBusy, ProviderRefused: the provider cannot be used.
        """
        endpoint = self._discovery.endpoint("authorization_endpoint")
        with self._client() as client:
            url, _ = client.create_authorization_url(
                endpoint, state=_derived(key, "state"), nonce=_derived(key, "nonce"), code_verifier=_verifier(key)
            )
        return str(url)

    def finish(self, key: str, answer: Answer) -> Person:
        """Whom the provider vouches for to the browser that holds `key`.

        Raises:
            ProviderBusy: try again later.
            ProviderRefused: it vouches for nobody.
        """
        if not hmac.compare_digest(_derived(key, "state").encode(), answer.state.encode("utf-8", "replace")):
            raise ProviderRefused("the answer is to another question (state)")
        self._check_issuer(answer.iss)
        if answer.error or not answer.code:
            raise ProviderRefused(f"the provider says {answer.error[:100] or 'nothing'!r}")
        with self._client() as client, believed():
            token = client.fetch_token(
                self._discovery.endpoint("token_endpoint"),
                grant_type="authorization_code",
                code=answer.code,
                code_verifier=_verifier(key),
            )
            claims = self._claims(client, token, _derived(key, "nonce"))
        return self._person(claims)

    def check(self) -> str:
        """What discovery says, in a sentence.

        Raises:
            ProviderBusy, ProviderRefused: what is wrong with it.
        """
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            self._discovery.endpoint(name)
        return f"{self.name}: {self.settings.issuer} answers; it sends people back to {self._redirect_uri}"

    def _claims(self, client: OAuth2Session, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """What is signed of the person, completed by what the userinfo endpoint says (section 5.4)."""
        published = get(self._discovery.endpoint("jwks_uri")).get("keys")
        if not isinstance(published, list):
            raise ProviderRefused("jwks_uri answers no keys")
        keys = KeySet.import_key_set({"keys": published})
        signed = jwt.decode(token.get("id_token", ""), keys, registry=_REGISTRY)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            {
                "iss": {"essential": True, "value": self.settings.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
            },
            {"nonce": nonce, "client_id": self.settings.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(self._clock().timestamp()), leeway=_LEEWAY_SECONDS)
        wanted = {"email", "email_verified", *filter(None, [self.settings.role_claim])}
        if wanted <= claims.keys() or "userinfo_endpoint" not in self._discovery.said():
            return dict(claims)
        client.token = token
        said = json_of(client.get(self._discovery.endpoint("userinfo_endpoint"), allow_redirects=False))
        if said.get("sub") != claims["sub"]:
            raise ProviderRefused("userinfo speaks of somebody else (sub)")
        return said | claims

    def _person(self, claims: Mapping[str, Any]) -> Person:
        address, name = claims.get("email"), claims.get("name")
        # Some providers write the boolean as a word.
        is_verified = claims.get("email_verified") in (True, "true") and isinstance(address, str)
        given = claims.get(self.settings.role_claim) if self.settings.role_claim else None
        values = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        roles = self.settings.roles or {str(role): role for role in Role}
        found = [roles[value] for value in values if isinstance(value, str) and value in roles]
        return Person(str(address) if is_verified else "", name if isinstance(name, str) else "", highest(found))

    def _check_issuer(self, iss: str) -> None:
        """Where the provider says who answers (RFC 9207), it has to be the one that was asked."""
        says_so = self._discovery.said().get("authorization_response_iss_parameter_supported") is True
        if (iss or says_so) and iss != self.settings.issuer:
            raise ProviderRefused("the answer is from another issuer (iss)")

    def _client(self) -> OAuth2Session:
        known = self._discovery.said().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        method = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        client = OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            token_endpoint_auth_method=method if self.settings.client_secret else "none",
            scope=_SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_SECONDS,
        )
        client.register_client_auth_method(("client_secret_basic", _basic))
        return client


def _basic(client: Any, _method: str, uri: str, headers: dict[str, str], body: str) -> tuple[str, dict[str, str], str]:
    """RFC 6749 section 2.3.1, which encodes id and secret as a form does; Authlib leaves that out."""
    shown = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {base64.b64encode(shown.encode()).decode()}"
    return uri, headers, body


def _verifier(key: str) -> str:
    return _derived(key, "verifier")


def _derived(key: str, purpose: str) -> str:
    """256 bits that follow from the key, and do not tell it: 43 characters, as RFC 7636 section 4.1 wants them."""
    found = hmac.new(key.encode("utf-8", "replace"), purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()
