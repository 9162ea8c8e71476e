"""What monitors ask, and need no token for: is it alive, is it ready, how is it doing."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from enum import Enum
from typing import Literal, Protocol

from fastapi import FastAPI, Response
from pydantic import BaseModel

from console.asking import OneAtATime
from console.heads import Heads

# Probes wait for four or five seconds (deploy/), and must be told before that.
LIMIT_SECONDS = 3.0
_SILENT = {
    "database": f"it did not answer within {LIMIT_SECONDS:g} seconds: see that it is neither frozen nor overloaded, "
    "and can be reached; what senders bring comes again, and all goes on by itself"
}
_SLOW = {"database": f"it is slow: what else is wrong could not be asked within {LIMIT_SECONDS:g} seconds"}

TAGS: list[str | Enum] = ["service"]


class Watched(Protocol):
    """Who can be asked: the services of the web, or a process that has no web."""

    @property
    def readiness(self) -> Callable[[], Mapping[str, str]]: ...
    @property
    def remarks(self) -> Callable[[], Mapping[str, str]]: ...
    @property
    def metrics(self) -> Callable[[], bytes]: ...


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class Ready(BaseModel):
    """By name, what can be used, and what else keeps it from being so."""

    status: Literal["ready", "not ready"]
    checks: dict[str, str]


def create_app(watched: Watched) -> FastAPI:
    """An application of these addresses alone, for a process without the web."""
    app = FastAPI(title="Firstline", openapi_url=None, docs_url=None, redoc_url=None)
    add_to(app, watched)
    app.add_middleware(Heads)
    return app


def add_to(app: FastAPI, watched: Watched) -> None:
    """Add `/healthz`, `/readyz` and `/metrics`."""
    needed = OneAtATime(watched.readiness, "readiness")
    others = OneAtATime(watched.remarks, "remarks")
    shown = OneAtATime(watched.metrics, "metrics")

    @app.get("/healthz", summary="Liveness: the process answers", tags=TAGS)
    async def healthz() -> Alive:  # needs none of the threads, in which others may wait for a database
        return Alive(status="ok")

    @app.get(
        "/readyz",
        summary="Readiness: database and model can be used; what else is wrong is said",
        tags=TAGS,
        responses={503: {"model": Ready, "description": "something cannot be used: `checks` says what"}},
    )
    async def readyz(response: Response) -> Ready:  # needs none of the threads, as above
        found, remarks = await _answered((needed.ask(), _SILENT), (others.ask(), _SLOW))
        ready = not any(found.values())
        response.status_code = 200 if ready else 503
        # Of the broker both speak: a worker that has started can do without it.
        checks = {name: found.get(name) or remarks.get(name) or "ok" for name in {**remarks, **found}}
        return Ready(status="ready" if ready else "not ready", checks=checks)

    @app.get(
        "/metrics",
        summary="Prometheus metrics",
        tags=TAGS,
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def metrics() -> Response:
        return Response(await asyncio.wrap_future(shown.ask()), media_type="text/plain; version=0.0.4; charset=utf-8")


async def _answered(*asked: tuple[Future[Mapping[str, str]], Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The answers, with what stands for each that has not come in time."""
    answers = [asyncio.wrap_future(answer) for answer, _ in asked]
    await asyncio.wait(answers, timeout=LIMIT_SECONDS)
    return [answer.result() if answer.done() else late for answer, (_, late) in zip(answers, asked, strict=True)]
