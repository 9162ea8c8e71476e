"""The bare pipeline's intake with Dramatiq: the fast SMTP subclass, grouped commits, then a message a mail.

`python -m bench.anchors.dramatiq_intake FILE` prints its port.
"""

import asyncio
import sys
from pathlib import Path

from bench.anchors.dramatiq_work import work
from bench.anchors.smtp import Fast, grouped, listen


async def _main(file: Path) -> None:
    group = grouped(file)

    async def store(mail_from: str, content: bytes) -> int:
        number = await group(mail_from, content)
        work.send(number)
        return number

    sys.stdout.write(f"{await listen(Fast, store)}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
