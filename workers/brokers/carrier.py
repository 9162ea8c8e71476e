"""What carries wake-ups between processes: one of Dramatiq's brokers, set up so that none is lost without need."""

from typing import Protocol

import dramatiq

from models import broker_url

# One queue for all jobs: a wake-up is taken from it and passed on at once, whatever the job does.
QUEUE = "firstline"
# No job's name: a broker that is full takes connections, and only what is sent shows whether it is back.
PROBE = "probe"
# Longer than any sweep: what nobody has fetched by then tells nobody anything.
STALE_SECONDS = 60
# A server that has not answered after this long is gone.
ANSWER_SECONDS = 5


class Carrier(Protocol):
    """A connection to one broker. Every method may raise whatever the broker's client raises."""

    # How long the consumer may wait for a wake-up, in milliseconds.
    patience: int

    @property
    def broker(self) -> dramatiq.Broker: ...

    def prepare(self) -> None:
        """Connect, and make what the wake-ups need there; to be called again after every fault."""

    def look(self) -> None:
        """See that the server answers, and throw away what has become stale there."""

    def version(self) -> str:
        """The server's name and version; nothing is made there."""

    def probe(self) -> None:
        """Send what wakes nobody, and see that the server has room for it; nothing is made there for it."""

    def close(self) -> None: ...


def wake_up(job: str) -> dramatiq.Message[None]:
    """What says that there is something to do for a job."""
    return dramatiq.Message(queue_name=QUEUE, actor_name=job, args=(), kwargs={}, options={})


def make_carrier(url: str) -> Carrier:
    """The carrier for an address that `models.broker_url` has checked; nothing is connected to yet."""
    scheme = broker_url.scheme(url)
    if scheme in broker_url.REDIS:
        from workers.brokers.redis import RedisCarrier  # noqa: PLC0415 - each client takes half a second to import

        return RedisCarrier(url)
    if scheme in broker_url.RABBITMQ:
        from workers.brokers.rabbitmq import RabbitmqCarrier  # noqa: PLC0415

        return RabbitmqCarrier(url)
    from workers.brokers.postgresql import PostgresCarrier  # noqa: PLC0415

    return PostgresCarrier(url)
