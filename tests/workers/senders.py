"""What a deliverer may be given to send with."""

from workers.deliver.email import Outbox


class Counting(Outbox):
    """An outbox that counts what it is given."""

    sent = 0

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        super().send(message_id, recipient, content)
        self.sent += 1


class Failing:
    """A sender with a defect: it breaks on the second message it is given."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        self.given.append(message_id)
        if len(self.given) == 2:
            raise UnicodeEncodeError("ascii", recipient, 0, 1, "not in range")

    def close(self) -> None:
        pass
