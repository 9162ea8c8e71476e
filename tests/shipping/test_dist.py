"""What `make dist` gives out: the same to the byte each time, with checksums and a bill of materials that holds."""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from pip_requirements_parser import RequirementsFile

from release import dist, lock
from tests.shipping.conftest import EPOCH, ROOT, tree

PACKAGES = ("intake", "classify", "routing", "models", "workers", "console")


@pytest.fixture
def bom(built: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(next(built.glob("*.cdx.json")).read_text("utf-8"))
    return found


def test_two_builds_are_the_same_to_the_byte(built: Path, tmp_path: Path) -> None:
    elsewhere = tree(tmp_path / "another" / "place")

    dist.build(elsewhere, tmp_path / "again", EPOCH)

    names = sorted(path.name for path in built.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    assert len(names) == 5  # wheel, source archive, pinned dependencies, bill of materials, checksums
    different = [name for name in names if (built / name).read_bytes() != (tmp_path / "again" / name).read_bytes()]
    assert different == []


def test_every_file_of_the_packages_is_in_the_wheel_and_nothing_else(wheel: Path, source: Path) -> None:
    ours = {
        str(path.relative_to(source))
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file()
    }

    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name and ".data/" not in name}

    assert ours - inside == set()
    assert inside - ours == set()


def test_the_pages_that_what_is_installed_names_are_in_the_wheel(wheel: Path, source: Path) -> None:
    files = [path for package in PACKAGES for path in (source / package).rglob("*") if path.suffix in (".py", ".toml")]
    named = {page for path in files for page in re.findall(r"\bdocs/([a-z-]+\.md)", path.read_text("utf-8"))}

    inside = {name.partition(".data/data/share/doc/firstline/")[2] for name in zipfile.ZipFile(wheel).namelist()}

    assert "own-schemes.md" in named
    assert named - inside == set()


def test_the_source_archive_has_what_the_tree_has(built: Path, source: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}

    ours = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}
    assert ours - inside == set()
    assert inside - ours == {"PKG-INFO"}


def test_the_checksums_are_those_of_the_files(built: Path) -> None:
    lines = (built / dist.CHECKSUMS).read_text("ascii").splitlines()

    said = {name: digest for digest, name in (line.split("  ") for line in lines)}

    assert said == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in built.iterdir()
        if path.name != dist.CHECKSUMS
    }


def test_nothing_is_given_out_that_is_not_committed(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    git = ["git", "-C", str(checkout), "-c", "user.name=Eve", "-c", "user.email=eve@desk.example"]
    (checkout / "kept.txt").write_text("kept", "utf-8")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
        subprocess.run([*git, *arguments], check=True)
    dist.export(checkout, tmp_path / "exported")
    (checkout / "new.txt").write_text("new", "utf-8")

    with pytest.raises(dist.CannotRelease, match="not committed"):
        dist.export(checkout, tmp_path / "again")

    assert [path.name for path in (tmp_path / "exported").iterdir()] == ["kept.txt"]


def test_a_build_that_fails_says_why(source: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    shutil.copy(source / "pyproject.toml", broken)

    with pytest.raises(dist.CannotRelease, match=r"README\.md"):
        dist.build(broken, tmp_path / "out", EPOCH)


def test_the_bill_of_materials_is_cyclonedx(built: Path) -> None:
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(next(built.glob("*.cdx.json")).read_text("utf-8"))

    assert problem is None


def test_it_names_what_is_installed_with_the_product_and_no_tool_of_development(
    bom: dict[str, list[dict[str, str]]],
) -> None:
    names = {component["name"] for component in bom["components"]}

    assert {
        "aiosmtpd",
        "aiohttp",
        "spacy",
        "thinc",
        "pika",
        "redis",
        "psycopg-binary",
    } <= names  # with what those bring
    assert names & {"pytest", "ruff", "mypy", "hypothesis", "playwright", "hatchling", "pip-audit"} == set()


def test_every_entry_of_the_lock_file_is_read_as_pip_reads_it() -> None:
    read = RequirementsFile.from_file(str(ROOT / "requirements.lock")).requirements

    ours = lock.locked((ROOT / "requirements.lock").read_text("utf-8"))

    assert [(entry.name, entry.version) for entry in ours] == [(one.name, one.get_pinned_version) for one in read]
    assert all(entry.hashes and entry.asked_by for entry in ours)


def test_the_pinned_dependencies_are_those_of_the_bill_with_their_hashes(
    built: Path, bom: dict[str, list[dict[str, str]]]
) -> None:
    read = RequirementsFile.from_file(str(next(built.glob("*-requirements.txt")))).requirements

    assert [one.name for one in read] == [component["name"] for component in bom["components"]]
    assert all("hash" in one.requirement_line.line for one in read)


def test_what_is_required_is_the_graphs_root(bom: dict[str, list[dict[str, list[str]]]]) -> None:
    root, *rest = bom["dependencies"]

    asked = lock.requirements((ROOT / "pyproject.toml").read_text("utf-8"))

    assert {purl.removeprefix("pkg:pypi/").partition("@")[0] for purl in root["dependsOn"]} == asked
    assert len(rest) == len(bom["components"])
