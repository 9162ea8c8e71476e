"""What is attached to a mail: safe names, and what the bytes really are."""

import hashlib
import re

from intake.mail.model import Attachment

_UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
# They turn the direction of text around, so that "gpj.exe" reads as "exe.jpg" (CVE-2021-42574).
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LIMIT_NAME = 200
_EXTENSION = re.compile(r"\.[^.\s]{1,16}$")

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"{\\rtf", "application/rtf"),
    (8, b"WAVE", "audio/x-wav"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (0, b"\x0a\x0d\x0d\x0a", "application/x-pcapng"),
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),
)
_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body|<script)", re.IGNORECASE)


def attachment(
    content: bytes, filename: str, content_type: str, inline: bool = False, content_id: str | None = None
) -> Attachment:
    """One attachment of these bytes; `filename` is safe already."""
    return Attachment(
        filename=filename,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        inline=inline,
        content_id=content_id,
        sniffed_type=sniff(content),
        content=content,
    )


def safe_name(name: str) -> str:
    """The name without anything that a file system or a reader minds, with its extension however long it is."""
    name = _DIRECTIONS.sub("", name).strip()
    name = _UNSAFE_IN_NAME.sub("_", name).strip(". ")
    if len(name) <= LIMIT_NAME:
        return name
    extension = found[0] if (found := _EXTENSION.search(name)) else ""
    return name[: LIMIT_NAME - len(extension)] + extension


def sniff(content: bytes) -> str | None:
    """The media type that the first bytes show; None where they show none."""
    if content.startswith(b"PK\x03\x04"):
        head = content[:4096]
        return next((found for folder, found in _OFFICE if folder in head), "application/zip")
    for offset, magic, found in _MAGIC:
        if content[offset : offset + len(magic)] == magic:
            return found
    if _HTML.match(content[:1024]):
        return "text/html"
    return "text/xml" if content.startswith(b"<?xml") else None
