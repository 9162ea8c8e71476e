"""What the settings of logging in have to agree on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, get_args

from models.protected import is_protected

if TYPE_CHECKING:
    from models.settings import Settings

RoleName = Literal["viewer", "agent", "supervisor", "admin"]


def check_signing_in(settings: "Settings") -> None:
    """Raises ValueError with what to write instead. Without an issuer nobody comes in by a provider."""
    others = {"oidc_client_id", "oidc_name", "oidc_role_claim", "oidc_roles", "oidc_create"}
    if not settings.oidc_issuer:
        if given := sorted(others & settings.model_fields_set):
            raise ValueError(f"oidc_issuer: set it too, {given[0]} goes with it")
        return
    if not is_protected(settings.oidc_issuer):
        raise ValueError("oidc_issuer: write its https:// address, just as the provider calls itself")
    if not settings.oidc_client_id:
        raise ValueError("oidc_client_id: write the id under which this desk is registered with the provider")
    if not settings.public_url:
        raise ValueError("public_url: set it too; the provider sends people back there")
    if settings.oidc_roles and not settings.oidc_role_claim:
        raise ValueError("oidc_role_claim: name the claim whose values oidc_roles are about")
    role_values(settings)


def role_values(settings: "Settings") -> Mapping[str, RoleName]:
    """Which value of the claim gives which role. Raises ValueError."""
    found: dict[str, RoleName] = {}
    for entry in settings.oidc_roles:
        value, _, role = (part.strip() for part in entry.rpartition("="))
        match = [name for name in get_args(RoleName) if name == role]
        if not value or not match:
            raise ValueError(f"oidc_roles: {entry!r} is not VALUE=ROLE; roles are {', '.join(get_args(RoleName))}")
        found[value] = match[0]
    return found
