"""How people come in to the pages, by the settings."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.auth.provider_values import ProviderSettings
from console.auth.roles import Role
from console.auth.totp import Vault
from console.auth.ways import WaysIn
from models.settings import Settings
from models.signing_in import role_values

if TYPE_CHECKING:
    from console.auth.provider import Provider

_BACK = "/login/provider/callback"


def make_ways(settings: Settings, token_key: bytes, clock: Callable[[], datetime]) -> WaysIn:
    required = frozenset(Role(name) for name in settings.totp_required)
    return WaysIn(Vault(token_key), required, make_provider(settings, clock))


def make_provider(settings: Settings, clock: Callable[[], datetime]) -> "Provider | None":
    """None where nobody else vouches for people."""
    if not settings.oidc_issuer:
        return None
    from console.auth.provider import Provider  # noqa: PLC0415 - brings Authlib

    secret = settings.oidc_client_secret
    found = ProviderSettings(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret is not None else None,
        name=settings.oidc_name or urlsplit(settings.oidc_issuer).hostname or "",
        role_claim=settings.oidc_role_claim,
        roles={value: Role(role) for value, role in role_values(settings).items()} or None,
        creates=settings.oidc_create,
    )
    return Provider(found, settings.public_url.rstrip("/") + _BACK, clock)
