"""Style, script and icon: out of the package, under addresses that change with what they hold."""

from functools import cache
from importlib import resources

from fastapi import APIRouter, HTTPException, Response

router = APIRouter()
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


@router.get("/static/{digest}/{name}")
def get_static(digest: str, name: str) -> Response:
    content = _files().get(name)
    if content is None:
        raise HTTPException(404)
    kind = _TYPES[name.rpartition(".")[2]]
    return Response(content, media_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})


@cache
def _files() -> dict[str, bytes]:
    folder = resources.files("console") / "static"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.rpartition(".")[2] in _TYPES}
