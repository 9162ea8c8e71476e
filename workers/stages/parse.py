"""Raw bytes to a parsed mail."""

from collections.abc import Sequence
from dataclasses import replace

from intake.mail.parse import parse
from workers.stages.draft import Draft


def run(drafts: Sequence[Draft]) -> list[Draft]:
    """Read each mail; what cannot be read is in the mail's defects."""
    return [replace(draft, mail=parse(draft.claimed.content)) for draft in drafts]
