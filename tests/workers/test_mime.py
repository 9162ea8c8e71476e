"""Headers of our mails: written by hand where that is quicker, and then no other than the library's."""

from email.header import Header

from hypothesis import given
from hypothesis import strategies as st

from workers.mime import encoded


@given(st.text(alphabet="aZ0 =?_[]-:,.;\té停", max_size=90))
def test_a_subject_is_written_as_the_library_writes_it(subject: str) -> None:
    charset = "us-ascii" if subject.isascii() and "=?" not in subject else "utf-8"

    written = encoded(subject)

    assert written == Header(subject, charset, header_name="Subject", maxlinelen=75).encode()
