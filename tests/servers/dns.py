"""A private name server (Debian's dnsmasq-base) that knows what a test tells it, and nothing else."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import dns.exception
import dns.resolver

from tests.servers import free_port, require_binary
from tests.waiting import wait_until

_TEXT_CHARS = 255


@contextmanager
def name_server(texts: Mapping[str, str], hosts: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serves these TXT and A records; yields `address:port`."""
    port = free_port()
    records = [f"--txt-record={name},{','.join(_pieces(text))}" for name, text in texts.items()]
    records += [f"--host-record={name},{address}" for name, address in (hosts or {}).items()]
    process = subprocess.Popen(
        [require_binary("dnsmasq", "dnsmasq-base"), *_options(port), *records],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _answers(port))
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _options(port: int) -> Sequence[str]:
    return (
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--pid-file",
        "--no-resolv",
        "--no-hosts",
        "--local=/#/",
        "--bind-interfaces",
        "--listen-address=127.0.0.1",
        f"--port={port}",
        "--user=",
    )


def _pieces(text: str) -> list[str]:
    """A text as the strings of a TXT record."""
    assert "," not in text  # dnsmasq would cut it there
    return [text[at : at + _TEXT_CHARS] for at in range(0, len(text), _TEXT_CHARS)]


def _answers(port: int) -> bool:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], port, 0.5
    try:
        resolver.resolve("nobody.example", "TXT", search=False)
    except dns.resolver.NXDOMAIN:
        return True
    except dns.exception.DNSException:
        return False
    return True
