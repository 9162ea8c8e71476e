"""How a text lies, with a Doc or without."""

from hypothesis import example, given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from classify.components.layout import Text, layout
from classify.components.tokenizer import MixedTokenizer

_PIECES = st.sampled_from(
    [
        "Disks",
        "disk's",
        "\u0130",
        "4711",
        "\u0664",
        "!!!",
        "。",
        "宕机",
        "_",
        " ",
        "  ",
        "\u3000",
        "\t",
        "\n",
        "\r",
        "nsubj",
    ]
)


@example([])
@given(st.lists(_PIECES | st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_text_lies_as_its_doc_does(pieces: list[str]) -> None:
    text = "".join(pieces)

    alone, of_doc = layout(Text(text)), layout(MixedTokenizer(Vocab())(text))

    assert alone.text == of_doc.text
    for name in ("norms", "starts", "ends", "is_apart", "chars"):
        one, other = getattr(alone, name), getattr(of_doc, name)
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist()
