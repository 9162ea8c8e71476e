"""What is known of a mail beside its text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a mail beside its text: whether it answers another, whether it passes one on, and by what
    names its sender may sign."""

    answers: bool = False
    passes_on: bool = False
    names: frozenset[str] = frozenset()


ALONE = Setting()
