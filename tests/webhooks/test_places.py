"""Where webhooks may go: nowhere that the desk's own network is, unless it says so."""

import re
from collections.abc import Callable
from ipaddress import ip_network

import pytest

from models import receivers
from models.db import Database
from models.tables import DeliveryRow, WebhookRow
from tests.conftest import Clock
from tests.webhooks.test_delivery import announce
from workers.deliver.webhooks import WebhookDeliverer


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example/desk",
        "https://hooks.example:8443/desk?team=1",
        "https://93.184.215.14/",
        "https://[2606:4700::1]/",
        "http://127.0.0.1:9000/",
        "http://localhost:9000/hook",
        "http://[::1]:9000/",
    ],
)
def test_the_internet_and_this_machine_may_be_told(url: str) -> None:
    receivers.check(url, ())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example/", "write https://"),
        ("http://127.0.0.1.hooks.example/", "write https://"),
        ("ftp://hooks.example/", "such as https://"),
        ("hooks.example/desk", "such as https://"),
        ("https://", "such as https://"),
        ("https://ann:secret@hooks.example/", "leave name and password out"),
        ("https://hooks.example/#top", "leave out what follows #"),
        ("https://hooks.example:99999/", "ort"),
        ("https://[nonsense/", "IPv6"),
        ("https://hooks.example/a b", "ASCII"),
        ("https://hooks.example/\r\nX-Evil: 1", "ASCII"),
        ("https://hooks.example/" + "x" * 2000, "at most 2000"),
        ("https://10.0.0.1/", "FIRSTLINE_WEBHOOK_NETWORKS"),
        ("https://192.168.1.1/", "no address on the internet"),
        ("https://172.16.0.1/", "no address on the internet"),
        ("https://169.254.169.254/latest/meta-data", "no address on the internet"),
        ("https://100.64.0.1/", "no address on the internet"),
        ("https://0.0.0.0/", "no address on the internet"),
        ("https://224.0.0.1/", "no address on the internet"),
        ("https://255.255.255.255/", "no address on the internet"),
        ("https://[fe80::1]/", "no address on the internet"),
        ("https://[fd00::1]/", "no address on the internet"),
        ("https://[::ffff:10.0.0.1]/", "no address on the internet"),
        ("https://[64:ff9b::10.0.0.1]/", "no address on the internet"),
        ("https://[2002:0a00:0001::]/", "no address on the internet"),
    ],
)
def test_what_is_neither_is_refused_with_what_to_write(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        receivers.check(url, ())


def test_a_network_that_the_settings_allow_may_be_told() -> None:
    receivers.check("https://10.20.3.4/", [ip_network("10.20.0.0/16")])

    with pytest.raises(ValueError, match="no address on the internet"):
        receivers.check("https://10.21.3.4/", [ip_network("10.20.0.0/16"), ip_network("fd00::/8")])


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1"])
def test_a_name_that_leads_inside_is_not_followed(host: str) -> None:
    there = receivers.place("https://hooks.example/")
    found = receivers.address(host)
    assert found is not None

    assert receivers.refusal(found, there, ()) is not None


def test_the_address_is_looked_at_when_it_is_sent_too(
    database: Database,
    clock: Clock,
    subscribe: Callable[..., WebhookRow],
    deliverer: WebhookDeliverer,
    deliveries: Callable[[], list[DeliveryRow]],
) -> None:
    subscribe("https://10.0.0.1/")  # as if its name led there
    announce(database, clock)

    deliverer.run()

    assert "no address on the internet" in (deliveries()[0].error or "")
