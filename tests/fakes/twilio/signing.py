"""How Twilio signs a webhook: by itself, not with the library that checks it."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(token: str, url: str, form: Mapping[str, str], algorithm: str = "sha1") -> str:
    """The URL, and behind it the parameters by name, each name followed by its value."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), getattr(hashlib, algorithm))).decode()


def headers(token: str, url: str, form: Mapping[str, str], shared_key: str | None = None) -> dict[str, str]:
    """The headers of a webhook; with a shared key those of the newer scheme."""
    if shared_key is None:
        return {"X-Twilio-Signature": sign(token, url, form)}
    return {
        "X-Twilio-Signature": sign(shared_key, url, form, "sha256"),
        "X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
    }
