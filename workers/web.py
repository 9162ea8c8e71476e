"""Serves the console's application with uvicorn in a thread of its own."""

import threading

import uvicorn
from fastapi import FastAPI

from workers import listening


class WebServer:
    """An HTTP server; its settings begin with `name`. `start` returns the port, which matters where the configured one
    is 0."""

    def __init__(self, app: FastAPI, host: str, port: int, name: str = "web") -> None:
        self._host, self._port, self._name = host, port, name
        self._server = uvicorn.Server(
            uvicorn.Config(
                app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=5
            )
        )
        self._thread: threading.Thread | None = None

    def start(self) -> int:
        """Listen.

        Raises:
            Misconfigured: the address is taken or not allowed.
        """
        try:
            listener = listening.listen(self._host, self._port)
        except OSError as error:
            setting = f"FIRSTLINE_{self._name.upper()}"
            raise listening.refused(f"the {self._name}", self._host, self._port, setting, error) from error
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name=self._name, daemon=True
        )
        self._thread.start()
        return int(listener.getsockname()[1])

    def stop(self) -> None:
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
