"""The diagram in the documentation is that of the menu."""

from pathlib import Path

from intake.hotline.diagram import mermaid

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hotline.md"


def test_the_diagram_in_the_documentation_is_drawn_from_the_menu_as_it_is() -> None:
    [drawn] = [part.partition("```")[0] for part in PAGE.read_text("utf-8").split("```mermaid\n")[1:]]

    assert drawn == mermaid(), "write what intake.hotline.diagram.mermaid() gives into docs/hotline.md"
