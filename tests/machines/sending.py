"""The mail server of customers, on a machine of its own: python -m tests.machines.sending ADDRESS PORT.

It sends mail after mail until its input ends, at most a few hundred, and each again until it has a 250 or the time is
over. Of each try it says in a line of its output what it was answered, 0 where it was not, and the Message-ID."""

import smtplib
import sys
import threading

from tests.factories import mail
from workers.process import ADDRESS

_AT_ONCE = 4
_PAUSE_SECONDS = 1.0
_MOST = 800
_LONGEST_SECONDS = 600
# RFC 5321, 4.5.3.2 would have a sender wait ten minutes for the answer to his mail; this one is impatient.
_PATIENCE_SECONDS = 60


def main(host: str, port: int) -> None:
    done, over = threading.Event(), threading.Event()
    numbers = iter(range(1, _MOST + 1))
    lock = threading.Lock()

    def say(code: int, message_id: str) -> None:
        with lock:
            sys.stdout.write(f"{code} {message_id}\n")
            sys.stdout.flush()

    def run() -> None:
        while not done.is_set() and not over.is_set() and (number := next(numbers, None)) is not None:
            message_id = f"{number}@sender.example"
            while (code := _send(host, port, number, message_id)) != 250 and not over.is_set():
                say(code, message_id)
                over.wait(_PAUSE_SECONDS)
            say(code, message_id)
            done.wait(_PAUSE_SECONDS)

    threads = [threading.Thread(target=run) for _ in range(_AT_ONCE)]
    for thread in threads:
        thread.start()
    clock = threading.Timer(_LONGEST_SECONDS, over.set)
    clock.daemon = True
    clock.start()
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
