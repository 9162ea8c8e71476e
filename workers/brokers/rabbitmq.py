"""Wake-ups through RabbitMQ."""

from typing import Any

from dramatiq.brokers.rabbitmq import RabbitmqBroker

from workers.brokers.carrier import ANSWER_SECONDS, PROBE, QUEUE, STALE_SECONDS

_MOST_WAITING = 1000


class _Broker(RabbitmqBroker):
    """A queue whose wake-ups are thrown away once they are stale or too many, instead of being kept as dead letters."""

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        return {"x-message-ttl": STALE_SECONDS * 1000, "x-max-length": _MOST_WAITING}


class RabbitmqCarrier:
    """Each wake-up is confirmed: without, Dramatiq takes a server that is about to die for one that has it."""

    patience = 500

    def __init__(self, url: str) -> None:
        self.broker = _Broker(url=url, middleware=[], confirm_delivery=True)
        parameters: Any = self.broker.parameters
        parameters.heartbeat = 2 * ANSWER_SECONDS
        parameters.socket_timeout = parameters.stack_timeout = ANSWER_SECONDS
        # A server that is short of memory or disk takes nothing, and says so on the connection alone.
        parameters.blocked_connection_timeout = ANSWER_SECONDS
        parameters.connection_attempts = 1

    def prepare(self) -> None:
        del self.broker.connection
        self.broker.queues_pending.add(QUEUE)
        self.broker.declare_queue(QUEUE, ensure=True)

    def look(self) -> None:
        self.broker.connection.process_data_events()  # answers the server's heartbeats, too

    def version(self) -> str:
        found = self.broker.connection._impl.server_properties
        return f"{found.get('product', 'AMQP')} {found.get('version', '')}".strip()

    def probe(self) -> None:
        # To a queue that is not there: it is confirmed, and thrown away. The first is confirmed by a server without
        # room, too, which reads no further. Not by way of Dramatiq, which tries six times.
        for _ in range(2):
            self.broker.channel.basic_publish(exchange="", routing_key=f"{QUEUE}.{PROBE}", body=b"")

    def close(self) -> None:
        self.broker.close()
