"""`make bench`: prints tables in Markdown."""

import sys

from bench import backup, classifier, hotline, intake, learning, pages, pipeline, policy, sealing

SECTIONS = {
    "Durable SMTP intake (SQLite, synchronous=FULL, 4 KB)": intake.run,
    "Sealed bodies: CPU a mail (SQLite)": sealing.run,
    "Accepted to acknowledged": pipeline.run,
    "The classifier in use": classifier.run,
    "What corrections change": learning.run,
    "Callers beside mail": hotline.run,
    "Pages with 100,000 cases": pages.run,
    "Backup, restore and copy with 100,000 cases": backup.run,
    "Deadlines, and what the timers find due": policy.run,
}


def main() -> None:
    for title, run in SECTIONS.items():
        sys.stdout.write(f"\n## {title}\n\n")
        sys.stdout.flush()
        sys.stdout.write("\n".join(run()) + "\n")


if __name__ == "__main__":
    main()
