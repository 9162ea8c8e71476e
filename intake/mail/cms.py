"""S/MIME mails signed in one piece (RFC 8551 section 3.5.2): the text within; who signed it is not checked."""

from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_OBJECT_ID, _SEQUENCE, _CONTEXT_0 = 0x06, 0x30, 0xA0
_OCTETS, _OCTETS_IN_PIECES = 0x04, 0x24
_DEEPEST = 8


def signed_content(der: bytes) -> bytes | None:
    """What a CMS SignedData (RFC 5652 section 5) carries; None where it is none, or carries nothing."""
    try:
        content = _within(der, _SIGNED_DATA)
        inner = next(value for tag, value in _elements(content) if tag == _SEQUENCE) if content is not None else None
        if inner is None:
            return None
        encapsulated = next(
            value for tag, value in _elements(inner) if tag == _SEQUENCE and _elements_begin_with(value, _DATA)
        )
        explicit = next((value for tag, value in _elements(encapsulated) if tag == _CONTEXT_0), b"")
        return b"".join(_octets(explicit, 0)) or None
    except (ValueError, IndexError, StopIteration):
        return None


def _within(der: bytes, kind: bytes) -> bytes | None:
    """The content of a ContentInfo of that kind."""
    outer = next((value for tag, value in _elements(der) if tag == _SEQUENCE), b"")
    if not _elements_begin_with(outer, kind):
        return None
    return next((value for tag, value in _elements(outer) if tag == _CONTEXT_0), None)


def _elements_begin_with(value: bytes, kind: bytes) -> bool:
    return next(_elements(value), None) == (_OBJECT_ID, kind)


def _octets(value: bytes, depth: int) -> Iterator[bytes]:
    for tag, content in _elements(value):
        if tag == _OCTETS:
            yield content
        elif tag == _OCTETS_IN_PIECES and depth < _DEEPEST:
            yield from _octets(content, depth + 1)


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of the elements one after the other, in DER or in BER with lengths left open.

    Raises:
        ValueError: it is neither.
    """
    position = 0
    while position + 2 <= len(data):
        tag, length = data[position], data[position + 1]
        begin = position + 2
        if tag == length == 0:
            return
        if length == 0x80:
            end = _end_of_open(data, begin, 0)
            yield tag, data[begin:end]
            position = end + 2
            continue
        if length & 0x80:
            count = length & 0x7F
            if count > 5:
                raise ValueError("no length of DER")
            length, begin = int.from_bytes(data[begin : begin + count]), begin + count
        yield tag, data[begin : begin + length]
        position = begin + length


def _end_of_open(data: bytes, begin: int, depth: int) -> int:
    """Where the content of an element ends whose length is left open: at two zero bytes."""
    position = begin
    while position + 2 <= len(data):
        tag, length = data[position], data[position + 1]
        if tag == length == 0:
            return position
        start = position + 2
        if length == 0x80:
            if depth > 2 * _DEEPEST:
                raise ValueError("nested too deep")
            position = _end_of_open(data, start, depth + 1) + 2
            continue
        if length & 0x80:
            count = length & 0x7F
            if count > 5:
                raise ValueError("no length of DER")
            length, start = int.from_bytes(data[start : start + count]), start + count
        position = start + length
    raise ValueError("cut off")
