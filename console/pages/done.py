"""Back to the page of a case once something was done there."""

from fastapi import Response
from fastapi.responses import RedirectResponse

from console.services import Services


def back_to(services: Services, number: str) -> Response:
    """Where whoever did it sees what has become of it; the workers look at once. By `#done` his browser knows that what
    he had typed need not be kept (console.js)."""
    services.wake()
    return RedirectResponse(f"/cases/{number}#done", 303)
