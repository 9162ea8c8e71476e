"""The lock file: what is pinned, what asked for it, and which of it is installed with the product.

What only the tools of development asked for is left out of that.
"""

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_ENTRY = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)(\[[^\]]*\])?==(?P<version>\S+)(?: ; (?P<marker>.*?))? \\$")


@dataclass(frozen=True, slots=True)
class Pinned:
    """One entry of the lock file; `marker` says where it is installed, everywhere if empty."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    asked_by: frozenset[str]
    text: str

    @property
    def purl(self) -> str:
        """Its package URL, by which scanners know it."""
        return f"pkg:pypi/{self.name}@{self.version}"


def locked(lock: str) -> list[Pinned]:
    """The entries of a lock file in order.

    Raises:
        ValueError: it is not written as `make lock` writes it.
    """
    return [_entry(text) for text in re.split(r"\n(?=[a-z0-9])", lock.strip())]


def _entry(text: str) -> Pinned:
    head = _ENTRY.match(text.partition("\n")[0])
    if head is None:
        raise ValueError(f"no pinned package: {text.partition(chr(10))[0]!r}")
    comments = [line.strip("# \n").removeprefix("via ").strip() for line in text.splitlines() if "#" in line]
    return Pinned(
        head["name"],
        head["version"],
        head["marker"] or "",
        tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", text)),
        frozenset(comment for comment in comments if comment and comment != "via"),
        text,
    )


def shipped(entries: list[Pinned], direct: set[str]) -> list[Pinned]:
    """Those that `direct`, the requirements of the product itself, bring with them."""
    names = set(direct)
    while more := {entry.name for entry in entries if entry.asked_by & names} - names:
        names |= more
    return [entry for entry in entries if entry.name in names]


def requirements(pyproject: str) -> set[str]:
    """The names of what the product itself asks for, as the lock file writes them."""
    found = tomllib.loads(pyproject)["project"]["dependencies"]
    return {re.sub(r"[._]+", "-", re.split(r"[\[=<>~! ;]", asked)[0].lower()) for asked in found}


def of_product(source: Path) -> list[Pinned]:
    """What is installed with the product of the tree `source`."""
    direct = requirements((source / "pyproject.toml").read_text(encoding="utf-8"))
    return shipped(locked((source / "requirements.lock").read_text(encoding="utf-8")), direct)


def text(source: Path) -> str:
    """The part of the lock file that is the product's, for `pip install --require-hashes -r`."""
    return _joined(of_product(source))


def _joined(entries: list[Pinned]) -> str:
    return "".join(entry.text + "\n" for entry in entries)


def main() -> None:
    """Print what is installed with the product, or with the packages that are named."""
    names = set(sys.argv[1:])
    entries = locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    sys.stdout.write(_joined(shipped(entries, names)) if names else text(ROOT))


if __name__ == "__main__":
    main()
