"""Replies to "we hold your case to be solved, please confirm", as customers write them."""

from tests.routing.replies.confirmed import CONFIRMED
from tests.routing.replies.denied import DENIED
from tests.routing.replies.unclear import UNCLEAR

__all__ = ["CONFIRMED", "DENIED", "UNCLEAR"]
