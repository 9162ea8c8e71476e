"""A worker process that gets its turn to write, and then hangs."""

import os
import signal
from multiprocessing.connection import Connection

from workers.pool.line import Line
from workers.pool.messages import Granted, Idle, Ready, Turn


def main(descriptor: int) -> None:
    line = Line(Connection(descriptor))
    line.receive()
    line.send(Ready(os.getpid()))
    line.send(Idle())
    line.send(Turn(10, gives_way=True))
    while not isinstance(line.receive(), Granted):
        pass
    signal.pause()
