"""Twilio as far as its documentation goes: its REST API, and a caller that obeys TwiML."""

from tests.fakes.twilio.caller import Caller
from tests.fakes.twilio.exchange import Exchange, Phone

__all__ = ["Caller", "Exchange", "Phone"]
