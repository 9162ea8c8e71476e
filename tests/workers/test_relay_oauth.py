"""A relay that takes access tokens (XOAUTH2), as Microsoft 365 and Gmail do."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from models.accounts import OAuth
from models.settings import Settings
from tests.servers import free_port
from tests.servers.token_endpoint import CLIENT_ID, CLIENT_SECRET, FIRST_REFRESH_TOKEN, TokenEndpoint, serving
from workers.deliver.email import Relay, RelayUnreachable

# The library warns of what is right on a loopback port only.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
USER = "support@firstline.example"


class TokenRelay:
    """Takes mail from whoever shows a token that the endpoint holds good."""

    def __init__(self, endpoint: TokenEndpoint) -> None:
        self._endpoint = endpoint
        self.taken: list[bytes] = []

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:
        said = base64.b64decode(arguments[1]).decode()
        user, _, rest = said.partition("\x01")
        token = rest.removeprefix("auth=Bearer ").rstrip("\x01")
        if user == f"user={USER}" and token in self._endpoint.valid:
            return AuthResult(success=True)
        error = base64.b64encode(b'{"status":"400","schemes":"Bearer"}').decode()
        answer = await server.challenge_auth(error, encode_to_b64=False)
        assert answer in (b"", None)  # a refusal is answered with nothing
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope.original_content or b"")
        return "250 taken"


@pytest.fixture
def endpoint() -> TokenEndpoint:
    return TokenEndpoint(USER)


@pytest.fixture
def relay(endpoint: TokenEndpoint) -> Iterator[tuple[TokenRelay, Settings]]:
    handler, port = TokenRelay(endpoint), free_port()
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=port,
        auth_require_tls=False,
        auth_required=True,
        auth_exclude_mechanism=["LOGIN", "PLAIN"],
    )
    controller.start()
    with serving(endpoint, free_port()) as address:
        oauth = OAuth.model_validate(
            {
                "token_url": f"{address}/token",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "refresh_token": FIRST_REFRESH_TOKEN,
            }
        )
        yield handler, Settings(relay_host="127.0.0.1", relay_port=port, relay_user=USER, relay_oauth2=oauth)
    controller.stop()


def test_mail_is_sent_with_a_token(relay: tuple[TokenRelay, Settings], endpoint: TokenEndpoint) -> None:
    handler, settings = relay
    sender = Relay(settings)

    sender.send("1@firstline.example", "ann@customer.example", b"Subject: x\r\n\r\nhello\r\n")
    sender.close()

    assert len(handler.taken) == 1
    assert len(endpoint.asked) == 1


def test_a_token_that_was_called_back_is_replaced(relay: tuple[TokenRelay, Settings], endpoint: TokenEndpoint) -> None:
    handler, settings = relay
    sender = Relay(settings)
    sender.send("1@firstline.example", "ann@customer.example", b"Subject: x\r\n\r\nhello\r\n")
    sender.close()
    endpoint.valid.clear()
    endpoint.refresh_token = FIRST_REFRESH_TOKEN

    sender.send("2@firstline.example", "ann@customer.example", b"Subject: y\r\n\r\nhello\r\n")
    sender.close()

    assert len(handler.taken) == 2


def test_without_a_token_the_message_waits(relay: tuple[TokenRelay, Settings], endpoint: TokenEndpoint) -> None:
    _, settings = relay
    endpoint.failure = (400, {"error": "invalid_grant"})

    with pytest.raises(RelayUnreachable, match="invalid_grant"):
        Relay(settings).send("1@firstline.example", "ann@customer.example", b"Subject: x\r\n\r\nhello\r\n")


def test_while_the_secrets_file_is_written_anew_the_message_waits(
    relay: tuple[TokenRelay, Settings], tmp_path: Path
) -> None:
    _, settings = relay
    assert settings.relay_oauth2 is not None
    by_file = {"client_secret": None, "client_secret_file": tmp_path / "secret"}
    settings = settings.model_copy(update={"relay_oauth2": settings.relay_oauth2.model_copy(update=by_file)})
    (tmp_path / "secret").write_text("")

    with pytest.raises(RelayUnreachable, match="is empty"):
        Relay(settings).send("1@firstline.example", "ann@customer.example", b"Subject: x\r\n\r\nhello\r\n")
