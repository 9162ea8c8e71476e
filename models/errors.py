"""Errors that say how to treat them. Anything else that is raised is a defect."""


class FirstlineError(Exception):
    """Base of the errors this product raises on purpose; the message is one clear line."""


class Temporary(FirstlineError):
    """Trying again later may help: a busy relay, a locked database, a broken connection."""


class Permanent(FirstlineError):
    """Trying again will not help: an address that does not exist, a message refused for good."""


class NotPossible(Permanent):
    """What was asked for does not fit the state of things; the message says what does."""


class EmptyLetter(NotPossible):
    """A letter that says nothing without a text has none."""


class Misconfigured(FirstlineError):
    """A setting is missing or wrong; the message names it and says what to write instead."""
