"""Whether the key that signs and encrypts is the one of before, and hard to guess: with another one customers' answers
lose their case and people their log-in, and nothing else would say so."""

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.auth.totp import Vault
from models.db import Database
from models.errors import FirstlineError
from models.settings import Settings
from models.tables import OutgoingRow, TotpRow
from routing import token
from workers.backup.parts import KEY, kept_key

log = logging.getLogger(__name__)

# 128 bits take 16 characters at the very least. Who holds one of our mails can try keys at home.
_FEWEST_CHARACTERS = 16
_SHORT = (
    "has {length} characters, and can be guessed by whoever has a mail of ours: set 32 random bytes (openssl rand "
    "-base64 32); authenticators have to be set up anew then (firstline user totp-reset)"
)
_OTHER = (
    "{what} by another key: put the one of before back (token_key of the data folder, or FIRSTLINE_TOKEN_KEY, the same "
    "on all machines), else answers to signed case numbers are known by their thread alone, and authenticators have to "
    "be set up anew (firstline user totp-reset)"
)


def check(settings: Settings, session: Session) -> str:
    """What `firstline doctor` says of it where it is well.

    Raises:
        FirstlineError: it is not; the message says what to do.
    """
    key = kept_key(settings)
    place = "FIRSTLINE_TOKEN_KEY" if settings.token_key else str(settings.data / KEY)
    if key and len(key) < _FEWEST_CHARACTERS:
        raise FirstlineError(f"{place} {_SHORT.format(length=len(key))}")
    if what := _of_another_key(session, key.encode()):
        raise FirstlineError(f"{place} {'is another one' if key else 'is not there'}: {_OTHER.format(what=what)}")
    return f"{place}: what is stored was signed by it" if key else f"{place}: none yet; made at the first start"


def warn(settings: Settings, database: Database) -> None:
    """Have the log of a start say so where it is not well: the key is made anew where it is missing."""
    try:
        with database.reading() as session:
            check(settings, session)
    except FirstlineError as error:
        log.error("token_key_in_doubt", extra={"error": str(error)})


def _of_another_key(session: Session, key: bytes) -> str:
    """What was signed or encrypted last, where this key did not do it."""
    newest = select(OutgoingRow.message_id, OutgoingRow.content).where(
        OutgoingRow.channel == "email", OutgoingRow.forgotten_at.is_(None)
    )
    sent = session.execute(newest.order_by(OutgoingRow.created_at.desc()).limit(1)).first()
    text = sent.content.decode("latin-1") if sent is not None else ""
    if sent is not None and token.STAMP in text and sent.message_id not in token.stamped(text, key):
        return "the newest message of ours was signed"
    sealed = select(TotpRow.secret).where(TotpRow.confirmed_at.is_not(None)).order_by(TotpRow.confirmed_at.desc())
    secret = session.scalar(sealed.limit(1))
    if secret is not None and Vault(key).opened(secret) is None:
        return "the newest authenticator was encrypted"
    return ""
