"""SPF, DKIM and DMARC of one mail, looked up in the DNS."""

import ipaddress
import logging
from dataclasses import dataclass

import dkim
import spf

from intake.trust import dmarc
from intake.trust.resolver import Resolver, Unanswered, used_by_spf
from intake.trust.verdict import Trust

# Of one mail; lists and gateways add one each.
LIMIT_SIGNATURES = 5
_SPF_SECONDS = 8
logging.getLogger("dkimpy").setLevel(logging.CRITICAL)

# What no SPF record speaks of: our own relay in front, a test, a VPN.
_INTERNAL = tuple(
    ipaddress.ip_network(net)
    for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a mail says and seems to come from: the domain of its From, the envelope sender, and the SMTP client's
    address and name, where there was one."""

    domain: str
    mail_from: str | None = None
    client_ip: str | None = None
    helo: str | None = None


@dataclass(frozen=True, slots=True)
class _Findings:
    signed_by: tuple[str, ...]
    spf: str  # pass, fail, softfail, neutral, none, permerror, temperror; empty where nobody knows the client
    spf_domain: str
    is_certain: bool


def examine(raw: bytes, origin: Origin, resolver: Resolver) -> Trust:
    """Whether the domain in From vouches for the mail, by DKIM or SPF, or asks to have it refused (DMARC; without such
    a record, SPF's `-all`). Never raises: what cannot be found out is `unknown`."""
    if not origin.domain:
        return Trust("none", "it names no sender to vouch for")
    try:
        found = _find(raw, origin, resolver)
        record, is_below = _record(origin.domain, resolver)
    except Unanswered as error:
        return Trust("unknown", f"the DNS does not answer ({error})")
    return _judge(origin.domain, found, record, is_below)


def _judge(domain: str, found: _Findings, record: dmarc.Record | None, is_below: bool) -> Trust:
    strict_dkim, strict_spf = (record.strict_dkim, record.strict_spf) if record else (False, False)
    for signer in found.signed_by:
        if dmarc.agrees(signer, domain, strict_dkim):
            return Trust("pass", f"signed by {signer} (DKIM)")
    if found.spf == "pass" and dmarc.agrees(found.spf_domain, domain, strict_spf):
        return Trust("pass", f"sent by a server of {found.spf_domain} (SPF)")
    said = f"no signature of {domain}, SPF {found.spf or 'not to be checked'}"
    policy = "none" if record is None else record.below if is_below else record.policy
    is_refused = policy != "none" or (
        record is None and found.spf == "fail" and dmarc.agrees(found.spf_domain, domain, False)
    )
    if not is_refused:
        return Trust("none", f"nobody vouches for it: {said}")
    if not found.is_certain:
        return Trust("unknown", f"{said}; that is not enough to call it forged")
    asked = f"the domain's policy is {policy} (DMARC)" if record else "the domain's SPF record ends in -all"
    return Trust("fail", f"{said}; {asked}")


def _find(raw: bytes, origin: Origin, resolver: Resolver) -> _Findings:
    signed_by, is_dkim_certain = _signers(raw, resolver)
    result, domain = _spf(origin, resolver)
    return _Findings(signed_by, result, domain, is_dkim_certain and result not in ("", "temperror"))


def _signers(raw: bytes, resolver: Resolver) -> tuple[tuple[str, ...], bool]:
    """The domains whose signatures hold, and whether all could be checked."""
    try:
        message = dkim.DKIM(raw)  # type: ignore[no-untyped-call]
        count = sum(name.lower() == b"dkim-signature" for name, _ in message.headers)
    except (dkim.DKIMException, ValueError):
        return (), True
    domains, is_certain = [], True
    for index in range(min(count, LIMIT_SIGNATURES)):
        try:
            holds = message.verify(idx=index, dnsfunc=resolver.dkim_text)  # type: ignore[no-untyped-call]
            if holds and message.domain:
                domains.append(message.domain.decode("ascii", "replace").lower())
        except (Unanswered, dkim.DnsTimeoutError):
            is_certain = False
        except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError):
            continue  # the library raises all of these on signatures that are none
    return tuple(domains), is_certain


def _spf(origin: Origin, resolver: Resolver) -> tuple[str, str]:
    """SPF's result and the domain it is about; an empty result where the client is unknown or one of ours."""
    if not _is_outside(origin.client_ip):
        return "", ""
    helo = origin.helo or "unknown"
    sender = origin.mail_from or f"postmaster@{helo}"
    with used_by_spf(resolver):
        try:
            result, _ = spf.check2(  # type: ignore[no-untyped-call]
                i=origin.client_ip, s=sender, h=helo, timeout=_SPF_SECONDS, querytime=_SPF_SECONDS
            )
        except (UnicodeError, ValueError, IndexError, AssertionError):
            result = "permerror"  # names that are none
    return str(result), sender.rpartition("@")[2].lower()


def _is_outside(client_ip: str | None) -> bool:
    try:
        address = ipaddress.ip_address(client_ip or "")
    except ValueError:
        return False
    return not any(address in net for net in _INTERNAL if net.version == address.version)


def _record(domain: str, resolver: Resolver) -> tuple[dmarc.Record | None, bool]:
    """The domain's policy, or that of its organisation, and whether it is the latter's (RFC 7489 section 6.6.3)."""
    if (own := dmarc.read(resolver.texts(f"_dmarc.{domain}"))) is not None:
        return own, False
    above = dmarc.organisation(domain)
    if above == domain:
        return None, False
    return dmarc.read(resolver.texts(f"_dmarc.{above}")), True
