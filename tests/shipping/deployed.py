"""What the files of deploy/ refer to, and whether the program has it."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from models.settings import Settings
from tests.shipping.conftest import ROOT
from workers.service import Part

DEPLOY = ROOT / "deploy"
COMMANDS = {"up", *Part}
PROBES = {"/healthz", "/readyz"}
_IN_FILES = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
_LISTENED = {
    str(Settings().smtp_port),
    str(Settings().web_port),
    "9090",
}  # the monitor has no default; the image sets it


def documents(path: Path) -> list[dict[str, Any]]:
    return [found for found in yaml.safe_load_all(path.read_text("utf-8")) if found]


def strange_settings(names: Iterable[str]) -> list[str]:
    """Those that are no settings, or come from a file although no such secret does."""
    known = {f"FIRSTLINE_{name.upper()}" for name in Settings.model_fields}
    known |= {f"FIRSTLINE_{name.upper()}_FILE" for name in _IN_FILES} | {"FIRSTLINE_IMAGE"}
    return sorted(set(names) - known)


def settings_in(text: str) -> set[str]:
    return set(re.findall(r"\bFIRSTLINE_[A-Z0-9_]+\b", text))


def strange_addresses(text: str) -> list[str]:
    """Addresses that are asked on this machine, where nothing answers."""
    asked = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", text)
    return [f"{port}{path}" for port, path in asked if port not in _LISTENED or path not in PROBES]
