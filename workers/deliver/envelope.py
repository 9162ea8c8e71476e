"""Between whom a message of ours goes, as SMTP is told."""

import re
import unicodedata

_HEAD_END = b"\r\n\r\n"
_FROM = re.compile(rb"^From: ?(\S+@\S+)\r?$", re.MULTILINE)
_ANSWER = re.compile(rb"^Auto-Submitted: ?auto-replied", re.MULTILINE)
# Answers to MAIL that mean this message: RFC 1870 section 6.1, RFC 3463 sections 3.3 and 3.4.
_TOO_LARGE = re.compile(r"\b5\.[23]\.[34]\b")


def own_address(content: bytes) -> str:
    """The address of ours in From; empty where it cannot be read."""
    found = _FROM.search(content.partition(_HEAD_END)[0])
    return found[1].decode("utf-8", "replace") if found else ""


def reverse_path(content: bytes) -> str:
    """Where a notice that the message did not arrive goes. An answer to a mail has none (RFC 3834 section 3.3), and
    starts no loop; a letter or a notice of ours has our address, or nobody would ever hear of it."""
    return "" if _ANSWER.search(content.partition(_HEAD_END)[0]) else own_address(content)


def for_smtp(recipient: str) -> str:
    """The recipient with its domain as the DNS has it (RFC 5890): only a local part needs SMTPUTF8. By hand, since the
    standard library's codec makes another domain of one with a sharp s."""
    local, at, domain = recipient.rpartition("@")
    if domain.isascii() or not local.isascii():
        return recipient
    return f"{local}{at}{'.'.join(map(_label, domain.split('.')))}"


def _label(label: str) -> str:
    normal = unicodedata.normalize("NFC", label.lower())
    return normal if normal.isascii() else f"xn--{normal.encode('punycode').decode('ascii')}"


def is_too_large(code: int, answer: str) -> bool:
    """True where MAIL was refused because of the size that goes with it."""
    return code == 552 or (code >= 500 and bool(_TOO_LARGE.search(answer)))
