"""Fetches the wake-ups of other processes, and passes them on within this one."""

import threading
from collections.abc import Callable
from contextlib import suppress

from dramatiq import Consumer

from workers.brokers.carrier import QUEUE, Carrier
from workers.brokers.health import Health

_RETRY_SECONDS = 1.0
_STOP_SECONDS = 3.0


class Listener:
    """One thread that fetches, one wake-up at a time so that each goes to whoever is free to look. Dramatiq's own
    worker is not used for it: it says anew every three seconds that the broker is gone."""

    def __init__(self, carrier: Carrier, health: Health, wake: Callable[[str], None]) -> None:
        self._carrier = carrier
        self._health = health
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 - Health says it, and once
                self._health.lost(error)
                self._stopping.wait(_RETRY_SECONDS)

    def _listen(self) -> None:
        self._carrier.prepare()
        consumer = self._carrier.broker.consume(QUEUE, prefetch=1, timeout=self._carrier.patience)
        try:
            self._pass_on(consumer)
        finally:
            with suppress(Exception):
                consumer.close()

    def _pass_on(self, consumer: Consumer) -> None:
        for message in consumer:
            self._health.found()
            if message is not None:
                self._wake(message.actor_name)
                consumer.ack(message)
            if self._stopping.is_set():
                return
