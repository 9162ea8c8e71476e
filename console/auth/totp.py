"""The second step of a log-in: codes that an authenticator counts by the time (RFC 6238), and codes to recover."""

import base64
import hashlib
import hmac
import logging
import secrets
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.errors import NotPossible
from models.tables import RecoveryCodeRow, TotpRow

log = logging.getLogger(__name__)

STEP_SECONDS = 30
_SKEW_STEPS = 1  # a telephone's clock may be off by so many
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10  # 80 bits: a digest of them cannot be searched for, however quick it is to make
_ISSUER = "Firstline"


class Vault:
    """Encrypts what the database holds of authenticators, by a key that it does not hold."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"totp\0" + key).digest()))

    def sealed(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def opened(self, sealed: str) -> str | None:
        """None where it was sealed by another key."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            log.error("totp_unreadable")
            return None


def is_on(session: Session, user_id: int) -> bool:
    """True where the user's log-in asks for a code."""
    confirmed = select(TotpRow.user_id).where(TotpRow.user_id == user_id, TotpRow.confirmed_at.is_not(None))
    return session.scalar(confirmed) is not None


def begin(session: Session, user_id: int, vault: Vault) -> None:
    """A new secret, which counts once a code has confirmed it.

    Raises:
        NotPossible: there is one that counts already.
    """
    if is_on(session, user_id):
        raise NotPossible("there is an authenticator already: switch it off first")
    session.execute(delete(TotpRow).where(TotpRow.user_id == user_id))
    session.add(TotpRow(user_id=user_id, secret=vault.sealed(pyotp.random_base32()), last_step=0))


def pending(session: Session, user_id: int, vault: Vault) -> str | None:
    """The secret that waits to be confirmed; one that counts is never told again."""
    row = session.get(TotpRow, user_id)
    return vault.opened(row.secret) if row is not None and row.confirmed_at is None else None


def address(secret: str, login: str) -> str:
    """What the QR code holds: `otpauth://totp/…`."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER))


def confirm(session: Session, user_id: int, code: str, vault: Vault, now: datetime) -> list[str] | None:
    """Let the secret count, if the code is right; returns the recovery codes, which are stored nowhere."""
    row = session.get(TotpRow, user_id, with_for_update=True)
    if row is None or row.confirmed_at is not None or not _takes(row, code, vault, now):
        return None
    row.confirmed_at = now
    return new_codes(session, user_id)


def check(session: Session, user_id: int, code: str, vault: Vault, now: datetime) -> str | None:
    """By what the user is let in, `code` or `recovery-code`; None where neither is right. Either is good once: a code
    of the authenticator not even within its own half a minute."""
    row = session.get(TotpRow, user_id, with_for_update=True)
    if row is None or row.confirmed_at is None:
        return None
    if _takes(row, code, vault, now):
        return "code"
    # A row lock above lets nobody else use the same one meanwhile.
    used = session.get(RecoveryCodeRow, (user_id, _digest(code)))
    if used is None:
        return None
    session.delete(used)
    return "recovery-code"


def new_codes(session: Session, user_id: int) -> list[str]:
    """Ten new recovery codes; those before are good no more."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
    codes = [_grouped(base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCodeRow(user_id=user_id, digest=_digest(code)) for code in codes)
    return codes


def codes_left(session: Session, user_id: int) -> int:
    return len(session.scalars(select(RecoveryCodeRow.digest).where(RecoveryCodeRow.user_id == user_id)).all())


def remove(session: Session, user_id: int) -> bool:
    """Ask for no code any more; False where none was asked for."""
    was_on = is_on(session, user_id)
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
    session.execute(delete(TotpRow).where(TotpRow.user_id == user_id))
    return was_on


def _takes(row: TotpRow, code: str, vault: Vault, now: datetime) -> bool:
    """True where the code is that of a time step around `now` that comes after the last one taken; notes it."""
    secret = vault.opened(row.secret)
    typed = "".join(code.split())
    if secret is None or not (typed.isascii() and typed.isdigit()):
        return False
    step = int(now.timestamp()) // STEP_SECONDS
    codes = pyotp.TOTP(secret)
    for each in range(step - _SKEW_STEPS, step + _SKEW_STEPS + 1):
        if each > row.last_step and hmac.compare_digest(codes.generate_otp(each), typed):
            row.last_step = each
            return True
    return False


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _digest(code: str) -> str:
    plain = "".join(code.upper().split()).replace("-", "")
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
