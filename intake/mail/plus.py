"""Plus addressing (RFC 5233): support+netops@example.com belongs to support@example.com."""


def split(address: str) -> tuple[str, str | None]:
    """The address without its + part, in the form addresses are compared in, and that part. Lower case, not folded: ß
    is no ss in a domain, and whoever has the one is a stranger at the other."""
    local, _, domain = address.rpartition("@")
    if len(local) > 2 and local[0] == local[-1] == '"':  # "ann"@x is the mailbox ann@x
        local = local[1:-1]
    base, plus, detail = local.partition("+")
    return f"{base}@{domain}".lower(), (detail if plus and detail else None)
