"""What comes with a text message - pictures, mostly: fetched from Twilio, and attached to it like a mail's files."""

import mimetypes
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from intake.hotline.spoken import Picture, Spoken
from intake.mail.attachment import attachment, safe_name
from intake.mail.model import Attachment
from models.errors import Permanent, Temporary
from workers.stages.draft import Draft

# A report waits some 30 seconds for its pictures, and no longer: what it says may be urgent.
LIMIT_TRIES = 5
# No other picture of a message is begun after that: the report is leased for 30 s, and its neighbours wait with it.
LIMIT_SECONDS = 10.0
# MediaUrl -> content type and bytes. May raise Temporary or Permanent.
Fetch = Callable[[str], tuple[str, bytes]]
_NOT_SET_UP = "set FIRSTLINE_TWILIO_ACCOUNT_SID"


def attach(draft: Draft, said: Spoken, fetch: Fetch | None, elapsed: Callable[[], float] = time.monotonic) -> Draft:
    """The draft with its pictures, or put off where they cannot be had yet. One that cannot be had at all is told of
    in the text; its address stays in what arrived."""
    until = elapsed() + LIMIT_SECONDS
    attached: list[Attachment] = []
    lost: list[str] = []
    for position, picture in enumerate(said.pictures, 1):
        try:
            if elapsed() > until:
                raise Temporary("those before it took too long")
            attached.append(_fetched(picture, position, fetch))
        except (Temporary, Permanent) as error:
            if isinstance(error, Temporary) and draft.claimed.attempts < LIMIT_TRIES:
                return replace(draft, later=timedelta(seconds=2**draft.claimed.attempts))
            lost.append(f"[{picture.kind or 'attachment'} {position} cannot be fetched: {error}]")
    text = "\n".join([draft.mail.text, *lost])
    return replace(draft, mail=replace(draft.mail, text=text, attachments=tuple(attached)))


def _fetched(picture: Picture, position: int, fetch: Fetch | None) -> Attachment:
    if fetch is None:
        raise Permanent(_NOT_SET_UP)
    served, content = fetch(picture.url)
    kind = picture.kind or served
    found = attachment(content, "", kind)
    extension = mimetypes.guess_extension(found.sniffed_type or kind) or ""
    return replace(found, filename=safe_name(f"{kind.partition('/')[0] or 'file'}-{position}{extension}"))
