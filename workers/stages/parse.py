"""Raw bytes to a parsed mail; what came by telephone takes the form of one."""

from collections.abc import Sequence
from dataclasses import replace

from intake.mail.parse import parse
from models.values import Channel
from workers.stages import telephone
from workers.stages.draft import Draft


def run(drafts: Sequence[Draft]) -> list[Draft]:
    """Read each mail; what cannot be read is in the mail's defects."""
    return [
        telephone.parsed(draft)
        if draft.claimed.channel == Channel.PHONE
        else replace(draft, mail=parse(draft.claimed.content))
        for draft in drafts
    ]
