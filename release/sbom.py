"""The bill of materials (CycloneDX 1.6, JSON): what is installed with Firstline, with the hashes of the lock file."""

import json
import sys
import tomllib
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from release import lock
from release.lock import ROOT, Pinned


def text(source: Path, version: str, epoch: int) -> str:
    """The bill of materials of the tree `source`, the same each time."""
    direct = lock.requirements((source / "pyproject.toml").read_text(encoding="utf-8"))
    entries = lock.of_product(source)
    product = {"type": "application", "name": "firstline", "version": version, "bom-ref": "firstline"}
    components = [_component(entry) for entry in entries]
    bom: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, json.dumps([product, components]))}",
        "version": 1,
        "metadata": {"timestamp": datetime.fromtimestamp(epoch, UTC).isoformat(), "component": product},
        "components": components,
        "dependencies": _graph(entries, direct),
    }
    return json.dumps(bom, indent=2) + "\n"


def _component(entry: Pinned) -> dict[str, Any]:
    """Each hash is that of one file of the package: source or wheel, whichever a machine takes."""
    hashes = [{"alg": "SHA-256", "content": content} for content in entry.hashes]
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": entry.purl,
        "name": entry.name,
        "version": entry.version,
        "purl": entry.purl,
        "externalReferences": [{"type": "distribution", "url": entry.purl, "hashes": hashes}],
    }
    if entry.marker:
        component["properties"] = [{"name": "firstline:installed-where", "value": entry.marker}]
    return component


def _graph(entries: list[Pinned], direct: set[str]) -> list[dict[str, Any]]:
    def brings(name: str) -> list[str]:
        return [entry.purl for entry in entries if name in entry.asked_by]

    root = [entry.purl for entry in entries if entry.name in direct]
    rest = [{"ref": entry.purl, "dependsOn": brings(entry.name)} for entry in entries]
    return [{"ref": "firstline", "dependsOn": root}, *rest]


def main() -> None:
    """Print the bill of materials of this tree; the time in it is that of the newest file it is made from."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    epoch = max(int((ROOT / name).stat().st_mtime) for name in ("pyproject.toml", "requirements.lock"))
    sys.stdout.write(text(ROOT, version, epoch))


if __name__ == "__main__":
    main()
