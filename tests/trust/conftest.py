"""A key pair, and domains that publish what they say of their mail."""

import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import dkim
import pytest

from intake.trust.resolver import Resolver
from tests.servers import require_binary
from tests.servers.dns import name_server

SERVER = "203.0.113.25"  # that sends for the domains
Sign = Callable[..., bytes]


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    command = [require_binary("openssl", "openssl"), "genrsa", "-traditional", "-out", str(path), "2048"]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.fixture(scope="session")
def published(key: Path) -> str:
    command = ["openssl", "rsa", "-in", str(key), "-pubout", "-outform", "DER"]
    der = subprocess.run(command, check=True, capture_output=True).stdout
    return f"v=DKIM1; k=rsa; p={b64encode(der).decode()}"


@pytest.fixture(scope="session")
def name_servers(published: str) -> Iterator[str]:
    texts = {
        "s1._domainkey.strict.example": published,
        "s1._domainkey.mailer.example": published,
        "strict.example": f"v=spf1 ip4:{SERVER} -all",
        "_dmarc.strict.example": "v=DMARC1; p=reject; sp=quarantine",
        "open.example": f"v=spf1 ip4:{SERVER} ~all",
        "_dmarc.open.example": "v=DMARC1; p=none",
        "exact.example": "v=spf1 -all",
        "s1._domainkey.mail.exact.example": published,
        "_dmarc.exact.example": "v=DMARC1; p=quarantine; adkim=s; aspf=s",
        "spfonly.example": "v=spf1 a:out.spfonly.example -all",
        "twice.example": "v=spf1 include:loop.example -all",
        "loop.example": "v=spf1 include:twice.example -all",
    }
    with name_server(texts, {"out.spfonly.example": SERVER}) as address:
        yield address


@pytest.fixture(scope="session")
def resolver(name_servers: str) -> Resolver:
    return Resolver(name_servers)


@pytest.fixture(scope="session")
def sign(key: Path) -> Sign:
    def signed(raw: bytes, domain: str = "strict.example", selector: str = "s1") -> bytes:
        header: bytes = dkim.sign(raw, selector.encode(), domain.encode(), key.read_bytes())
        return header + raw

    return signed
