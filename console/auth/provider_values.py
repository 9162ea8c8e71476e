"""What is asked of a provider, and what it answers. It stands by itself: Authlib is loaded only where there is one."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from console.auth.roles import Role
from models.errors import Permanent, Temporary


class ProviderBusy(Temporary):
    """The provider does not answer, or has trouble of its own."""


class ProviderRefused(Permanent):
    """The provider let nobody in, or what it says cannot be believed; the message says which."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """As which client we ask whom. `name` stands on the button. `roles` says which role a value of the claim
    `role_claim` gives; without a claim, roles are given here. Where `creates`, who is no user yet becomes one."""

    issuer: str
    client_id: str
    client_secret: str | None
    name: str
    role_claim: str = ""
    roles: Mapping[str, Role] | None = None
    creates: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for. `address` is empty where it does not say that the address is his. `role` is what
    his claims give him, None where they give none, or none is asked for."""

    address: str
    name: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brings back."""

    code: str
    state: str
    iss: str
    error: str


def new_key() -> str:
    """What the browser holds while it is at the provider."""
    return secrets.token_urlsafe(32)
