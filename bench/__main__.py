"""`make bench`: measures ours beside what a user would pick instead, in one run, and writes a report."""

import argparse
import sys
import time
from pathlib import Path

from bench import backup, classifier, hotline, learning, machine, pages, policy, sealing, stages
from bench.figures import Extent, Found, NotHere
from bench.page import html
from bench.rows import ROWS
from bench.summary import as_json, markdown

FOLDER = Path(__file__).parent / "report"
KEPT = Path(__file__).parents[1] / "docs" / "performance.md"
# Tables beside the report, which are printed where they are asked for.
TABLES = {
    "backup": backup.run,
    "classifier": classifier.run,
    "hotline": hotline.run,
    "learning": learning.run,
    "pages": pages.run,
    "policy": policy.run,
    "sealing": sealing.run,
    "stages": stages.run,
}


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def _arguments() -> argparse.Namespace:
    names = [*ROWS, *TABLES]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "rows",
        nargs="*",
        metavar="ROW",
        help=f"measure these only: {', '.join(ROWS)}; or print the table of {', '.join(TABLES)}",
    )
    parser.add_argument("--quick", action="store_true", help="a few mails once, to see that everything still runs")
    parser.add_argument("--whole", action="store_true", help="growth up to a million stored cases")
    parser.add_argument("--hour", action="store_true", help="memory over an hour of load, not two minutes")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder that the report is written to")
    parser.add_argument("--keep", action="store_true", help="write the summary into docs/performance.md, too")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.rows if name not in names]:
        parser.error(f"there is no row {unknown[0]}; there are {', '.join(names)}")
    return arguments


def main() -> None:
    arguments = _arguments()
    for name in arguments.rows:
        if name in TABLES:
            sys.stdout.write("\n".join(TABLES[name]()) + "\n")
    wanted = [name for name in ROWS if name in (arguments.rows or ROWS)]
    if wanted:
        _report(wanted, arguments)


def _report(wanted: list[str], arguments: argparse.Namespace) -> None:
    facts = machine.facts() | {"measured": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())}
    extent = Extent(_say, arguments.quick, arguments.whole, arguments.hour)
    found = [_measured(name, extent) for name in wanted]
    arguments.to.mkdir(parents=True, exist_ok=True)
    page = arguments.to / "index.html"
    page.write_text(html(found, facts), "utf-8")
    (arguments.to / "figures.json").write_text(as_json(found, facts), "utf-8")
    summary = markdown(found, facts)
    (arguments.to / "summary.md").write_text(summary, "utf-8")
    if arguments.keep:
        KEPT.write_text(summary, "utf-8")
    sys.stdout.write(f"{summary}\n{page}\n")


def _measured(name: str, extent: Extent) -> Found:
    began = time.monotonic()
    try:
        return ROWS[name](extent)
    except NotHere as error:
        return Found(name, name, "", (), missing={name: str(error)})
    finally:
        _say(f"{name}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
