"""The ways by which somebody comes in, as they are set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.auth.roles import Role
from console.auth.totp import Vault

if TYPE_CHECKING:
    from console.auth.provider import Provider


@dataclass(frozen=True, slots=True)
class WaysIn:
    """`vault` keeps the secrets of authenticators; `totp_required` are the roles that need one where they come in by a
    password; `provider` is who else vouches for people, None where nobody does."""

    vault: Vault
    totp_required: frozenset[Role] = frozenset()
    provider: Provider | None = None
