"""How long callers wait: fifty calls at once beside five hundred mails, over a Twilio of our own."""

import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.hotline.many_calls import CALLS, MAILS, play


def run() -> list[str]:
    """Rows of a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = play(Path(folder))
    slowest = seconds[int(len(seconds) * 0.99)]
    return [
        "| calls | mails | webhooks | median, s | p99, s |",
        "|---|---|---|---|---|",
        f"| {CALLS} | {MAILS} | {len(seconds)} | {median(seconds):.2f} | {slowest:.2f} |",
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(run()) + "\n")
