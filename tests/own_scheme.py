"""The scheme that docs/own-schemes.md shows whole, for tests of desks with one of their own."""

from pathlib import Path

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "own-schemes.md").read_text("utf-8")
EXAMPLE = PAGE.partition("```toml\n")[2].partition("```")[0]


def written(folder: Path) -> Path:
    """`folder` with the example in it, as a desk has it."""
    (folder / "ostwind.toml").write_text(EXAMPLE, "utf-8")
    return folder
