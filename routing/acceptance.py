"""What one of the staff answers to a notice: that he takes the case, or that somebody else has to."""

import re
import unicodedata
from typing import Literal

Answer = Literal["accept", "pass-on"]

_ACCEPT = re.compile(
    r"(?:1|accept(?:ed)?|i(?:'| a)?m on it|i(?:'ll| will)? take it|taken|mine"
    r"|接单|接單|接受|受理|已受理|我来处理|我來處理|我来|我來|收到,?我来处理|收到,?我來處理)[.!。]*",
    re.IGNORECASE,
)
_PASS_ON = re.compile(
    r"(?:2|pass(?: it)? on|declined?|i can(?:no|')t(?: take it)?|not me"
    r"|转交|轉交|拒绝|拒絕|无法处理|無法處理)[.!。]*",
    re.IGNORECASE,
)


def read(text: str) -> Answer | None:
    """The answer in the first line of a mail or SMS, without its quoted history; None where it is neither."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    first = unicodedata.normalize("NFKC", first)  # a Chinese keyboard writes １
    if _ACCEPT.fullmatch(first):
        return "accept"
    return "pass-on" if _PASS_ON.fullmatch(first) else None
