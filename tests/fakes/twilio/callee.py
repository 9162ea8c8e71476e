"""A call or a text message that the product makes: told in order, answered by whoever is there."""

from typing import Any
from xml.etree.ElementTree import Element

from tests.fakes.twilio.exchange import API_VERSION, Answer, Exchange, Phone, absolute
from tests.fakes.twilio.grammar import read

LIMIT_DOCUMENTS = 24
UNREACHABLE = "30003"  # "Unreachable destination handset", of Twilio's error dictionary
_ENDS = {"busy": "busy", "no-answer": "no-answer"}


def place(exchange: Exchange, call: dict[str, Any], events: list[str]) -> None:
    """Call the number, and tell the product of each event that it wants to hear of, in order."""
    phone = exchange.phone(call["To"])
    phone.rang += 1
    _tell(exchange, call, events, "initiated")
    _tell(exchange, call, events, "ringing")
    if phone.behaves in _ENDS:
        call["status"] = _ENDS[phone.behaves]
        _tell(exchange, call, events, "completed", _ENDS[phone.behaves])
        return
    _tell(exchange, call, events, "answered", "in-progress")
    _obey(exchange, call, phone)
    call["status"] = "completed"
    _tell(exchange, call, events, "completed")


def deliver(exchange: Exchange, message: dict[str, Any]) -> None:
    """Send the text message on, and tell the product of each state that it has then."""
    arrives = exchange.phone(message["To"]).takes_texts
    for status in ("sent", "delivered" if arrives else "undelivered"):
        message["status"] = status
        if message.get("StatusCallback"):
            form = {
                "MessageSid": message["sid"],
                "SmsSid": message["sid"],
                "MessageStatus": status,
                "SmsStatus": status,
            }
            form |= {"ErrorCode": UNREACHABLE} if status == "undelivered" else {}
            form |= {"From": message["From"], "To": message["To"], "ApiVersion": API_VERSION}
            exchange.request(message["StatusCallback"], form)


def _tell(exchange: Exchange, call: dict[str, Any], events: list[str], event: str, status: str = "") -> None:
    if call.get("StatusCallback") and event in events:
        exchange.request(call["StatusCallback"], _form(call, status or event))


def _form(call: dict[str, Any], status: str) -> dict[str, str]:
    form = {"CallSid": call["sid"], "From": call["From"], "To": call["To"], "CallStatus": status}
    return {**form, "ApiVersion": API_VERSION, "Direction": "outbound-api"}


def _obey(exchange: Exchange, call: dict[str, Any], phone: Phone) -> None:
    form = _form(call, "in-progress")
    url, keys = call["Url"], list(phone.keys if phone.behaves == "person" else "")
    more: dict[str, str] = {}
    if call.get("MachineDetection"):  # told once, with the first request
        more["AnsweredBy"] = "machine_start" if phone.behaves == "mailbox" else "human"
    for _ in range(LIMIT_DOCUMENTS):
        answer: Answer = exchange.request(url, {**form, **more})
        if answer.status != 200 and call.get("FallbackUrl") and url != call["FallbackUrl"]:
            url, more = call["FallbackUrl"], {"ErrorCode": "11200", "ErrorUrl": url}
            continue
        if answer.status != 200:
            return
        verbs = list(read(answer.body))
        phone.heard += [(say.text or "") for verb in verbs for say in verb.iter("Say")]
        gather = next((verb for verb in verbs if verb.tag == "Gather"), None)
        found = _next(verbs, gather, keys)
        if found is None:
            return
        url, more = absolute(found[0], url), found[1]


def _next(verbs: list[Element], gather: Element | None, keys: list[str]) -> tuple[str, dict[str, str]] | None:
    """The next URL, and what is sent to it; None where the call ends."""
    if gather is not None and keys:
        return gather.get("action", ""), {"Digits": keys.pop(0)}
    if gather is not None and gather.get("actionOnEmptyResult") == "true":
        return gather.get("action", ""), {}
    redirect = next((verb for verb in verbs if verb.tag == "Redirect"), None)
    return ((redirect.text or "").strip(), {}) if redirect is not None else None
