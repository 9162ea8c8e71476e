"""The mail server of customers, on a machine of its own: python -m tests.machines.sending ADDRESS PORT.

It sends mail after mail until its input ends, and each again until it has a 250. Of each try it says in a line of its
output what it was answered, 0 where it was not, and the Message-ID."""

import smtplib
import sys
import threading
from itertools import count

from tests.factories import mail
from workers.process import ADDRESS

_AT_ONCE = 4
_PAUSE_SECONDS = 0.2
# RFC 5321, 4.5.3.2 would have a sender wait ten minutes for the answer to his mail; this one is impatient.
_PATIENCE_SECONDS = 60


def main(host: str, port: int) -> None:
    done = threading.Event()
    numbers = count(1)
    lock = threading.Lock()

    def say(code: int, message_id: str) -> None:
        with lock:
            sys.stdout.write(f"{code} {message_id}\n")
            sys.stdout.flush()

    def run() -> None:
        while not done.is_set():
            number = next(numbers)
            message_id = f"{number}@sender.example"
            while (code := _send(host, port, number, message_id)) != 250:
                say(code, message_id)
                threading.Event().wait(_PAUSE_SECONDS)
            say(code, message_id)
            done.wait(_PAUSE_SECONDS)

    threads = [threading.Thread(target=run) for _ in range(_AT_ONCE)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    done.set()
    for thread in threads:
        thread.join()


def _send(host: str, port: int, number: int, message_id: str) -> int:
    sender = f"customer{number}@sender.example"
    raw = mail(f"Disk {number} failed, no impact.", sender=sender, message_id=f"<{message_id}>")
    try:
        with smtplib.SMTP(host, port, local_hostname="sender.example", timeout=_PATIENCE_SECONDS) as connection:
            connection.sendmail(sender, [ADDRESS], raw)
    except smtplib.SMTPResponseException as error:
        return error.smtp_code
    except smtplib.SMTPRecipientsRefused as error:
        return next(iter(error.recipients.values()))[0]
    except (OSError, smtplib.SMTPException):
        return 0
    return 250


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
