"""The word of the relay in front: its Authentication-Results field (RFC 8601). Pure."""

import re
from collections.abc import Sequence

from intake.trust import dmarc
from intake.trust.verdict import Trust

_METHOD = re.compile(r"(?:^|[;\s])(dkim|spf|dmarc|compauth)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_COMMENT = re.compile(r"\(([^()]*)\)")
_SIGNER = re.compile(r"\bheader\.[di]\s*=\s*\"?(?:[^\s@;\"]*@)?([\w.-]+)", re.IGNORECASE)
_FROM = re.compile(r"\bheader\.from\s*=\s*\"?(?:[^\s@;\"]*@)?([\w.-]+)", re.IGNORECASE)
_ENVELOPE = re.compile(r"\bsmtp\.(?:mailfrom|helo)\s*=\s*\"?<?(?:[^\s@;\"<>]*@)?([\w.-]+)", re.IGNORECASE)
# Gmail, Microsoft and OpenDMARC each have their own way to say the domain's policy.
_POLICY = re.compile(
    r"\bp\s*=\s*(none|quarantine|reject)|\baction\s*=\s*o?(none|quarantine|reject)|policy\.\w+\s*=\s*(\w+)", re.I
)


def examine(headers: Sequence[tuple[str, str]], authserv_id: str, domain: str) -> Trust:
    """What the relay of that name found out about a mail whose From is of `domain`. Of several fields that bear its
    name the topmost counts: the others were there before, and anybody may have written them."""
    if not domain:
        return Trust("none", "it names no sender to vouch for")
    said = next(
        (value for name, value in headers if name == "authentication-results" and _is_of(value, authserv_id)), None
    )
    if said is None:
        return Trust("unknown", f"{authserv_id} has left no Authentication-Results")
    found = [(match[1].lower(), match[2].lower(), match[3]) for match in _METHOD.finditer(_after_id(said))]
    results = {method: result for method, result, _ in reversed(found)}
    of_dmarc = next((rest for method, _, rest in found if method == "dmarc"), "")
    if results.get("dmarc") in ("pass", "bestguesspass"):
        return _passed(authserv_id, of_dmarc, domain)
    if results.get("dmarc") == "fail":
        return _failed(authserv_id, of_dmarc)
    if results.get("dmarc") == "temperror":
        return Trust("unknown", f"{authserv_id} says dmarc=temperror")
    for method, result, rest in found:
        pattern = {"dkim": _SIGNER, "spf": _ENVELOPE}.get(method)
        named = pattern.search(rest) if pattern else None
        if result == "pass" and named and dmarc.agrees(named[1], domain, strict=False):
            return Trust("pass", f"{authserv_id} says {method}=pass for {named[1]}")
    if results.get("spf") == "fail":
        return Trust("fail", f"{authserv_id} says spf=fail, and no signature holds")
    return Trust("none", f"{authserv_id} has found nobody who vouches for it")


def _passed(authserv_id: str, rest: str, domain: str) -> Trust:
    """A From with several addresses, or two of that field, may be read by the relay as another sender's than by us. It
    writes domains in ASCII."""
    named = _FROM.search(rest)
    if named is not None and domain.isascii() and not dmarc.agrees(named[1], domain, strict=False):
        return Trust("fail", f"{authserv_id} says dmarc=pass, but for {named[1]}: its From names several senders")
    return Trust("pass", f"{authserv_id} says dmarc=pass")


def _failed(authserv_id: str, rest: str) -> Trust:
    found = _POLICY.search(rest)
    policy = next((group.lower() for group in found.groups() if group), "") if found else ""
    if policy == "none":
        return Trust("none", f"{authserv_id} says dmarc=fail, and the domain asks for nothing")
    return Trust("fail", f"{authserv_id} says dmarc=fail{f' (policy {policy})' if policy else ''}")


def _is_of(value: str, authserv_id: str) -> bool:
    first = _COMMENT.sub(" ", value).partition(";")[0].split()
    return bool(first) and first[0].lower() == authserv_id.lower()


def _after_id(value: str) -> str:
    return ";" + value.partition(";")[2]
