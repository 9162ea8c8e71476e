"""HEAD wherever there is GET: the same answer without its body (RFC 9110 section 9.3.2)."""

from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _Enough(Exception):
    """All that a HEAD asks for has been sent."""


class Heads:
    """ASGI middleware, the outermost: asks for GET in the place of HEAD, and passes on no body. A stream that has no
    end is broken off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body"})
            elif message.get("more_body"):
                raise _Enough

        with suppress(_Enough):
            await self._app({**scope, "method": "GET"}, receive, without_body)
