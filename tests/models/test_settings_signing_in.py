"""Settings of logging in: what they have to agree on."""

import pytest

from models.settings import load
from models.signing_in import role_values
from tests.models.settings_file import refused

pytestmark = pytest.mark.usefixtures("in_a_folder")

GOOD = {
    "FIRSTLINE_OIDC_ISSUER": "https://login.example/desk",
    "FIRSTLINE_OIDC_CLIENT_ID": "firstline",
    "FIRSTLINE_PUBLIC_URL": "https://desk.example",
}


def test_roles_that_need_an_authenticator_are_named_with_commas_and_checked() -> None:
    assert load({"FIRSTLINE_TOTP_REQUIRED": "supervisor, admin"}).totp_required == ("supervisor", "admin")
    assert load({}).totp_required == ()
    assert "totp_required" in refused({"FIRSTLINE_TOTP_REQUIRED": "boss"})


def test_values_of_a_claim_give_roles_and_may_hold_an_equals_sign() -> None:
    roles = "cn=desk,ou=x"  # a comma parts entries: such a name cannot be one
    settings = load(
        GOOD | {"FIRSTLINE_OIDC_ROLE_CLAIM": "groups", "FIRSTLINE_OIDC_ROLES": "desk = agent, cn=leads=supervisor"}
    )

    assert role_values(settings) == {"desk": "agent", "cn=leads": "supervisor"}
    assert "oidc_roles" in refused(GOOD | {"FIRSTLINE_OIDC_ROLE_CLAIM": "groups", "FIRSTLINE_OIDC_ROLES": roles})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"FIRSTLINE_OIDC_ISSUER": "http://login.example"}, "oidc_issuer"),
        ({"FIRSTLINE_OIDC_ISSUER": "login.example"}, "oidc_issuer"),
        ({"FIRSTLINE_OIDC_ISSUER": ""}, "oidc_issuer"),
        ({"FIRSTLINE_OIDC_CLIENT_ID": ""}, "oidc_client_id"),
        ({"FIRSTLINE_PUBLIC_URL": ""}, "public_url"),
        ({"FIRSTLINE_OIDC_ROLES": "desk=agent"}, "oidc_role_claim"),
        ({"FIRSTLINE_OIDC_ROLE_CLAIM": "groups", "FIRSTLINE_OIDC_ROLES": "desk=boss"}, "VALUE=ROLE"),
        ({"FIRSTLINE_OIDC_ROLE_CLAIM": "groups", "FIRSTLINE_OIDC_ROLES": "agent"}, "VALUE=ROLE"),
    ],
)
def test_what_does_not_go_together_is_refused_by_name(changes: dict[str, str], named: str) -> None:
    assert named in refused(GOOD | changes)


def test_a_provider_on_this_machine_needs_no_https() -> None:
    assert load(GOOD | {"FIRSTLINE_OIDC_ISSUER": "http://127.0.0.1:9000"}).oidc_client_id == "firstline"
