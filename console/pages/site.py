"""The pages as part of the application: their routes, their headers, and how they say that something went wrong."""

from collections.abc import Iterable
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.limits import limited
from console.pages import (
    case_files,
    case_letters,
    case_list,
    case_page,
    classifier,
    deadlines,
    desk_report,
    directory_lists,
    held,
    intake,
    joining,
    known,
    lists,
    live,
    login,
    login_provider,
    mending,
    mine,
    mine_totp,
    models,
    privacy,
    reasons,
    review,
    rota,
    saved_lists,
    schemes,
    static,
    users,
    webhooks,
    welcome,
    whose,
)
from console.pages.gate import MustEnrol, NotLoggedIn, typed
from console.pages.render import page, words_of
from console.services import Services
from models.errors import NotPossible

PARTS = (
    case_files,
    case_letters,
    case_list,
    case_page,
    classifier,
    deadlines,
    desk_report,
    directory_lists,
    held,
    intake,
    joining,
    known,
    lists,
    live,
    login,
    login_provider,
    mending,
    mine,
    mine_totp,
    models,
    privacy,
    review,
    rota,
    saved_lists,
    schemes,
    static,
    users,
    webhooks,
    welcome,
    whose,
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_NO_PAGES = ("/api/", "/metrics", "/healthz", "/readyz", "/openapi.json", "/twilio/")
LIMIT_FORM = 1024 * 1024
LIMITS = {directory_lists.ADDRESS: directory_lists.LIMIT}
_HEADERS = {
    b"content-security-policy": _POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=()",
    b"cache-control": b"no-store",
}


class Guard:
    """ASGI middleware: what every answer says to the browser, where the route has not said otherwise; and no more of a
    form is read than a person types, whoever sends it."""

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self._app = app
        self._headers = _HEADERS | ({b"strict-transport-security": b"max-age=31536000"} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._added(message.get("headers", ()))
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_page = not scope["path"].startswith(_NO_PAGES)
        if is_page and (b"%00" in scope["query_string"] or "\0" in scope["path"]):
            await PlainTextResponse("an address with NUL in it leads nowhere", 404)(scope, receive, with_headers)
            return
        limit = LIMITS.get(scope["path"], LIMIT_FORM)
        body = limited(receive, limit, "that is more than a form holds") if is_page else receive
        await self._app(scope, body, with_headers)

    def _added(self, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        given = list(given)
        names = {name.lower() for name, _ in given}
        return given + [(name, value) for name, value in self._headers.items() if name not in names]


def add_to(app: FastAPI, services: Services) -> None:
    """Put the pages into the application; `app.state.live` has to be closed before the server stops."""
    app.state.live = live.Live(services.database)
    app.state.presence = live.Presence(services.clock)
    for part in PARTS:
        app.include_router(part.router, include_in_schema=False)
    app.add_middleware(Guard, is_https=services.pages.is_https)
    app.add_exception_handler(NotLoggedIn, _to_login)
    app.add_exception_handler(MustEnrol, _to_enrolment)


def is_page(request: Request) -> bool:
    """True for what a person looks at in a browser."""
    return not request.url.path.startswith(_NO_PAGES)


def conflict(request: Request, error: NotPossible) -> Response:
    """What cannot be done, said on the page: the message is one clear sentence."""
    return _said(request, 409, reasons.say(words_of(request).language, str(error)))


def invalid(request: Request, error: RequestValidationError) -> Response:
    names = ", ".join(str(problem["loc"][-1]) for problem in error.errors())
    return _said(request, 422, words_of(request)("error.422", names=names))


def unreadable(request: Request, status: int, error: Exception) -> Response:
    return _said(request, status, reasons.say(words_of(request).language, str(error)))


def busy(request: Request) -> Response:
    return _said(request, 503, words_of(request)("error.503"))


def _to_login(request: Request, error: Exception) -> Response:
    if request.headers.get("hx-request"):  # often by itself: another page in its place would take what is being typed
        return _notice(request, 401, words_of(request)("error.401"), log_in="/login")
    case = _case_of(request)
    wanted = request.url.path if request.method == "GET" else f"/cases/{case}" if case else "/"
    if request.url.query and request.method == "GET":
        wanted += f"?{request.url.query}"
    there = "/login" if wanted == "/" else f"/login?next={quote(wanted, safe='')}"
    if typed(request):
        said = words_of(request)
        shown = {"here": "/", "text": said("error.401"), "code": 401, "case": "", "typed": typed(request)}
        return page(request, "error.html", 401, **shown, log_in=there)
    return RedirectResponse(there, 303)


def _to_enrolment(request: Request, error: Exception) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=403, headers={"HX-Redirect": "/mine/totp"})
    return RedirectResponse("/mine/totp", 303)


def broken(request: Request) -> Response:
    return _said(request, 500, words_of(request)("error.500"))


def http_error(request: Request, error: HTTPException) -> Response:
    said = words_of(request)
    known = {403: said("error.csrf" if error.detail == "csrf" else "error.403"), 404: said("error.404")}
    answer = _said(request, error.status_code, known.get(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    return answer


def _notice(request: Request, status: int, text: str, log_in: str = "") -> Response:
    """What stands where notices stand, and the page as it was."""
    answer = page(request, "notice.html", status, text=text, log_in=log_in)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#notice", "innerHTML"
    return answer


def _said(request: Request, status: int, text: str) -> Response:
    """In place of a page; for htmx a notice that is put where notices stand, and nothing else changes."""
    if request.headers.get("hx-request"):
        return _notice(request, status, text)
    case = _case_of(request)
    here = request.url.path if request.method == "GET" else f"/cases/{case}" if case else "/"
    return page(
        request, "error.html", status, here=here, text=text, code=status, case=case, typed=typed(request), log_in=""
    )


def _case_of(request: Request) -> str:
    """The number of the case whose page the form stood on, empty where it stood on none."""
    is_form = request.method == "POST" and request.url.path.startswith("/cases/")
    return str(request.path_params.get("number", "")) if is_form else ""
