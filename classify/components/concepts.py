"""The table of concepts.toml, and the words that turn a phrase into its opposite."""

import tomllib
from pathlib import Path

TABLE = Path(__file__).with_name("concepts.toml")

CONCEPTS: dict[str, tuple[str, ...]] = {
    name: (*phrases.get("en", ()), *phrases.get("zh", ()))
    for name, phrases in tomllib.loads(TABLE.read_text(encoding="utf-8")).items()
}

# In front of a phrase these turn it into its opposite, or at least into something else.
NEGATIONS = (
    *("no", "not", "without", "never", "cannot", "can't", "don't", "doesn't", "isn't", "hasn't", "haven't", "didn't"),
    *("wasn't", "aren't", "没", "未", "无", "不", "非", "别", "莫"),
)
