"""Recipients that are told to a relay without the library's parser of headers."""

from smtplib import quoteaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.deliver.email import is_bare

_PIECES = st.sampled_from(["ann", "b.c", "+x", "=_~", "..", "é", "\n", *'.@- <>"(,;:'])


@given(st.lists(_PIECES, max_size=8).map("".join) | st.emails())
def test_what_counts_as_bare_is_an_address_that_the_library_leaves_as_it_is(recipient: str) -> None:
    if is_bare(recipient):
        assert quoteaddr(recipient) == f"<{recipient}>"


@pytest.mark.parametrize("recipient", ["ann@a.example", "a.b+c=d@mail.example", "O'Neil@xn--bcher-kva.example"])
def test_a_usual_address_is_bare(recipient: str) -> None:
    assert is_bare(recipient)


@pytest.mark.parametrize("recipient", ["", "ann", "Ann <ann@a.example>", '"a b"@a.example', "ann@a.example\n"])
def test_anything_else_is_not(recipient: str) -> None:
    assert not is_bare(recipient)
