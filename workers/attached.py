"""The bytes of an attachment, out of the mail that holds it."""


def attached(source: bytes, sha256: str) -> tuple[str, bytes] | None:
    """Name and content of the attachment with that digest; None where the mail has none such."""
    from intake.mail.parse import parse  # noqa: PLC0415 - the pages are ready sooner without it

    found = next((one for one in parse(source).attachments if one.sha256 == sha256), None)
    return (found.filename, found.content) if found else None
