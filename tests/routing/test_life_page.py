"""docs/cases.md says which state may follow which: generated from the rules, so that it stays true."""

from pathlib import Path

from models.values import CaseState
from routing.life import NEXT

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cases.md"
ORDER = list(CaseState)
_BEHIND = {
    (CaseState.ACCEPTED, CaseState.ACKNOWLEDGED): "nothing followed",
    (CaseState.WAITING, CaseState.IN_PROGRESS): "answered",
    (CaseState.RECOVERED, CaseState.IN_PROGRESS): "not after all",
    (CaseState.RECOVERED, CaseState.WAITING): "",
    (CaseState.SOLVED, CaseState.IN_PROGRESS): "not confirmed",
    (CaseState.CLOSED, CaseState.ACKNOWLEDGED): "opened again",
}


def reachable(state: CaseState, then: CaseState) -> bool:
    """Whether a state that lies between leads there as well; to wait is a break, not a way."""
    between = [one for one in ORDER if ORDER.index(state) < ORDER.index(one) < ORDER.index(then)]
    return any(one in NEXT[state] and then in NEXT[one] for one in between if one != CaseState.WAITING)


def name(state: CaseState) -> str:
    return state.value.replace("-", "_")


def diagram() -> str:
    """The usual way from state to state, and every way back."""
    lines = ["```mermaid", "stateDiagram-v2", f"    {name(CaseState.IN_PROGRESS)}: {CaseState.IN_PROGRESS}"]
    lines.append(f"    [*] --> {name(CaseState.NEW)}")
    for state in ORDER:
        for then in sorted(NEXT[state], key=ORDER.index):
            is_back = ORDER.index(then) < ORDER.index(state)
            if is_back or not reachable(state, then):
                why = _BEHIND[state, then] if is_back else ""
                lines.append(f"    {name(state)} --> {name(then)}" + (f": {why}" if why else ""))
    return "\n".join([*lines, f"    {name(CaseState.CLOSED)} --> [*]", "```"])


def table() -> str:
    rows = [
        f"| `{state}` | {', '.join(f'`{then}`' for then in sorted(NEXT[state], key=ORDER.index))} |" for state in ORDER
    ]
    return "\n".join(["| from | may become |", "|---|---|", *rows])


def test_the_page_shows_the_states_as_they_are() -> None:
    page = PAGE.read_text("utf-8")

    assert diagram() in page
    assert table() in page


def test_each_way_back_is_explained() -> None:
    back = {(state, then) for state in ORDER for then in NEXT[state] if ORDER.index(then) < ORDER.index(state)}

    assert back == set(_BEHIND)
