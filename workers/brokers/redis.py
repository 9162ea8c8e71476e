"""Wake-ups through Redis (or Valkey), 6 and newer."""

from typing import cast

import redis
from dramatiq.brokers.redis import RedisBroker

from workers.brokers.carrier import ANSWER_SECONDS, PROBE, QUEUE, wake_up

_NAMESPACE = "firstline"
# Wake-ups carry nothing: of so many that wait, none is needed.
_MOST_WAITING = 1000


class RedisCarrier:
    """A consumer that died is noticed after 5 s, by whoever sends the next command: Dramatiq's own 60 s and its chance
    of one in a thousand leave what it had fetched lying for minutes."""

    patience = 50  # Redis is asked again and again: this long a wake-up may lie there

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS, health_check_interval=10
        )
        self.broker = RedisBroker(
            client=self._client,
            middleware=[],
            namespace=_NAMESPACE,
            heartbeat_timeout=5_000,
            maintenance_chance=1_000_000,
        )

    def prepare(self) -> None:
        self._client.ping()
        self.broker.declare_queue(QUEUE)

    def look(self) -> None:
        if self._client.llen(f"{_NAMESPACE}:{QUEUE}") > _MOST_WAITING:
            self.broker.flush(QUEUE)

    def version(self) -> str:
        found = cast(dict[str, str], self._client.info("server"))
        return f"Redis {found['redis_version']}"

    def probe(self) -> None:
        self.broker.declare_queue(QUEUE)
        self.broker.enqueue(wake_up(PROBE))

    def close(self) -> None:
        self.broker.close()
        self._client.close()
