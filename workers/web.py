"""Serves the console's application with uvicorn in a thread of its own."""

import socket
import threading

import uvicorn
from fastapi import FastAPI

from models.errors import Misconfigured


class WebServer:
    """An HTTP server; its settings begin with `name`. `start` returns the port, which matters where the configured one
    is 0."""

    def __init__(self, app: FastAPI, host: str, port: int, name: str = "web") -> None:
        self._host, self._port, self._name = host, port, name
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5)
        )
        self._thread: threading.Thread | None = None

    def start(self) -> int:
        """Listen.

        Raises:
            Misconfigured: the address is taken or not allowed.
        """
        try:
            listener = socket.create_server((self._host, self._port), backlog=512)
        except OSError as error:
            raise Misconfigured(
                f"the {self._name} cannot listen on {self._host}:{self._port}: {error.strerror}; "
                f"set FIRSTLINE_{self._name.upper()}_PORT"
            ) from error
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name=self._name, daemon=True
        )
        self._thread.start()
        return int(listener.getsockname()[1])

    def stop(self) -> None:
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
