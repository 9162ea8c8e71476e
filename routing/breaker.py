"""The loop breaker: when machine mail of ours has to stop, by what was sent before. Pure; the clock is an argument.

To one mailbox, one domain, about one case and in all, messages are counted. For answers to the same text a count will
not do: in an outage many people write the same, and a loop may come under another address each time. What tells a loop
is that each mail comes after our answer to the one before. So a chain is counted, in which nothing arrived while an
answer was still on its way; and the longer the chain, the longer the next answer waits. A loop is slowed down by that
and keeps its chain; people and load go on writing meanwhile, and break it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(hours=1)
DAY = timedelta(days=1)
# To one mailbox goes at most so many times the limit of an hour in a day: what comes at an even pace is a machine.
DAY_SHARE = 4
HOLD = timedelta(hours=1)
LONGEST_HOLD = timedelta(hours=24)
# A breaker that opened within this time lets only a share of its limit through before it opens again.
MEMORY = timedelta(hours=24)
PROBE_SHARE = 10
LONGEST_DELAY = timedelta(minutes=10)


class Scope(StrEnum):
    """What is counted: mail to one mailbox, one domain, about one case, in answer to one text, or all of it."""

    ADDRESS = "address"
    DOMAIN = "domain"
    CASE = "case"
    CONTENT = "content"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went to one key: the number of messages within WINDOW, and `today` within DAY; the chain of the last that
    was sent before the mail in hand arrived, and how many were still on their way then."""

    sent: int = 0
    today: int = 0
    chain: int = 0
    under_way: int = 0

    @property
    def next_chain(self) -> int:
        """The length of the chain that another message would make. What arrives while an answer is under way
        was not caused by it."""
        return self.chain // 2 + 1 if self.under_way else self.chain + 1


@dataclass(frozen=True, slots=True)
class Opening:
    """A breaker that is open, or was lately: how often within MEMORY, since when, and until when."""

    opened: int
    opened_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> bool:
        return now < self.closes_at

    def is_fresh(self, now: datetime) -> bool:
        return now - self.opened_at < MEMORY


def must_open(scope: Scope, traffic: Traffic, limit: int, earlier: Opening | None, now: datetime) -> bool:
    """True where one more message would be one too many."""
    if earlier is not None and earlier.is_fresh(now):
        limit = max(1, limit // PROBE_SHARE)
    if scope is Scope.CONTENT:
        return traffic.next_chain > limit
    return traffic.sent + 1 > limit or (scope is Scope.ADDRESS and traffic.today + 1 > limit * DAY_SHARE)


def opening(earlier: Opening | None, now: datetime) -> Opening:
    """A breaker that opens now: for an hour, and twice as long each time it opens again within a day."""
    opened = earlier.opened + 1 if earlier is not None and earlier.is_fresh(now) else 1
    return Opening(opened, now, now + min(HOLD * 2 ** min(opened - 1, 10), LONGEST_HOLD))


def delay(chain: int, limit: int) -> timedelta:
    """How long the message waits that makes a chain of this length: up to half of the limit not at all, then 2, 4, 8
    seconds and so on."""
    links = chain - limit // 2
    return min(timedelta(seconds=2 ** min(links, 20)), LONGEST_DELAY) if links > 0 else timedelta(0)
