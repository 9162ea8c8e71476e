"""`/twilio/…`: each request is checked, answered within a few seconds, or told to come back in a moment.

The signature is over the URL as Twilio knows it. That comes from the settings: what a proxy, or anybody, says of it in
a header is not looked at.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from console.services import Services
from console.twilio.door import Answer, Form, Needs, TwilioDoor
from console.twilio.signature import is_genuine
from models.errors import Temporary

log = logging.getLogger(__name__)

router = APIRouter(prefix="/twilio", include_in_schema=False)
# Twilio hangs up after 15 s; a caller wonders after five.
ANSWER_SECONDS = 4.0
# Nobody listens to the answer where Twilio only tells us something.
TELL_SECONDS = 12.0
# "One moment" is said so often, some six seconds each, before the caller is told to try another way.
LIMIT_MOMENTS = 10
# From this one on the caller hears that something is wrong.
_EXPLAINED_AFTER = 2
LIMIT_BODY = 256 * 1024
_AGAIN = "again"
# Two letters and 32 hexadecimal digits, as Twilio documents them. The other end is held to less: a call is worth more.
_SID = re.compile(r"[0-9A-Za-z_.:-]{1,64}")
# What our own URLs count with.
_COUNTS = (_AGAIN, "turn", "said")
_COUNT = re.compile(r"[0-9]{1,9}")


@router.post("/{path:path}")
async def webhook(request: Request, path: str) -> Response:
    """One request of Twilio's."""
    services: Services = request.app.state.services
    door = services.twilio
    if door is None:
        return Response("the hotline is off: set FIRSTLINE_TWILIO_AUTH_TOKEN and FIRSTLINE_PUBLIC_URL", 404)
    answer = door.answers.get(path)
    if answer is None:
        return Response(status_code=404)
    body = await _body(request)
    if body is None:
        return Response(status_code=413)
    pairs = parse_qsl(body, keep_blank_values=True)
    if not is_genuine(door.tokens, _public_url(door, request), pairs, request.headers):
        return _refused(path, 403, "the signature is not Twilio's for this URL; see FIRSTLINE_PUBLIC_URL")
    query, form = dict(parse_qsl(request.url.query, keep_blank_values=True)), dict(pairs)
    if lack := _lack(door.needs[path], query, form):
        return _refused(path, 400, f"{lack}: not what is sent to /twilio/{path}; see docs/hotline.md")
    return _twiml(await _answered(door, path, answer, query, form))


def _refused(path: str, status: int, because: str) -> Response:
    log.warning("webhook_refused", extra={"path": path, "status": status, "because": because})
    return Response(because, status)


def _lack(needs: Needs, query: Form, form: Form) -> str:
    """What a request has not that its address needs, in words; empty where it has all."""
    for name in needs.sids:
        if not _SID.fullmatch(form.get(name, "")):
            return f"no {name}" if not form.get(name) else f"a {name} that is none"
    for name in needs.query:
        if not query.get(name):
            return f"no {name} in the URL"
    for name in _COUNTS:
        if query.get(name) and not _COUNT.fullmatch(query[name]):
            return f"{name} in the URL is no number"
    return ""


async def _body(request: Request) -> str | None:
    """The body, or None where it is larger than any of Twilio's."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LIMIT_BODY:
            return None
    return content.decode("utf-8", "replace")


def _public_url(door: TwilioDoor, request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{door.public_url}{request.scope['path']}{query}"


async def _answered(
    door: TwilioDoor, path: str, answer: Answer, query: Mapping[str, str], form: Mapping[str, str]
) -> str:
    """The answer; where it takes too long or cannot be had now, "one moment" and the same again with the key that was
    pressed. What was begun goes on meanwhile, and is the answer then.

    Raises:
        Temporary: what nobody waits for could not be stored.
    """
    is_heard = path in door.heard
    try:
        async with asyncio.timeout(ANSWER_SECONDS if is_heard else TELL_SECONDS):
            # Not run_in_threadpool: that waits for the thread even where its time is over.
            return await to_thread.run_sync(answer, query, form, abandon_on_cancel=True)
    except (TimeoutError, Temporary) as error:
        again = int(query.get(_AGAIN) or 0) + 1
        log.warning("webhook_put_off", extra={"path": path, "again": again, "error": str(error)})
    if not is_heard:
        raise Temporary(f"{path} could not be stored")
    language = query.get("lang", "")
    if again > LIMIT_MOMENTS:
        return door.give_up(language)
    kept = {name: form[name] for name in door.kept if form.get(name)}
    back = urlencode({**query, **kept, _AGAIN: str(again)})
    return door.moment(language, f"{door.public_url}/twilio/{path}?{back}", again > _EXPLAINED_AFTER)


def _twiml(text: str) -> Response:
    if not text:
        return Response(status_code=204)
    return Response(text, media_type="text/xml; charset=utf-8")
