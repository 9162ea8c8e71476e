"""Mails like those a support desk gets: each number is the same mail on each run, and no two say the same."""

import base64
import quopri
import random

SMALL = 4096
# Of the mixed sizes: most are short, some bring a log or a picture.
SMALLEST, LARGEST = 2048, 20480
ADDRESS = "support@firstline.example"
_DOMAINS = 500  # a loop breaker limits what is written to one domain in an hour

_ENGLISH = (
    "Since this morning one disk of the array in rack {a} shows an amber light and the console lists it as failed.",
    "The spare has taken over at {b}:{c}, users notice nothing so far.",
    "Please tell us how to replace part number {d} and whether it is on stock.",
    "The backup of the night stopped with error {d} after {b} minutes.",
    "Our users in building {a} cannot log in; the portal answers with a blank page.",
    "We rebooted controller {a} twice and the firmware still reports version {b}.{c}.",
    "The switch in room {d} drops about {b} packets a minute on port {c}.",
    "Attached is what the management station wrote between {b}:00 and {c}:00.",
    "Database node {a} is {b} seconds behind, and reports take {c} times as long as last week.",
    "We would like an offer for {b} more licences of the monitoring module.",
    "The invoice {d} names the wrong site, please send a corrected one.",
    "Printing from client {d} fails as soon as the document has more than {b} pages.",
)
_CHINESE = (
    "阵列 {a} 号柜第 {b} 槽硬盘故障，热备已接管，业务正常，请安排更换。",
    "今天 {b} 点起 {a} 号楼用户无法登录系统，页面空白。",
    "昨夜备份任务在 {b} 分钟后报错 {d} 中断，请协助分析。",
    "数据库节点 {a} 复制延迟 {b} 秒，报表导出明显变慢。",
    "机房交换机端口 {c} 每分钟丢包约 {b} 个，请尽快处理。",
    "请确认固件 {b}.{c} 是否可以升级，以及停机时间。",
)
_HEAD = (
    "From: Ann {number} <ann{number}@customer{domain}.example>\r\nTo: " + ADDRESS + "\r\n"
    "Subject: {subject}\r\nMessage-ID: <{run}.{number}@customer{domain}.example>\r\n"
    "Date: Mon, 09 Nov 2026 10:00:00 +0800\r\nMIME-Version: 1.0\r\nX-Mailer: bench\r\n"
)


def sender(number: int) -> str:
    """Who writes mail `number`: nobody writes two."""
    return f"ann{number}@customer{number % _DOMAINS}.example"


def mail(number: int, size: int, run: str) -> bytes:
    """Mail `number` of about `size` bytes, or of mixed sizes and kinds where `size` is 0; dots need no stuffing. `run`
    makes the Message-ID new."""
    chance = random.Random(number)
    wanted = size or round(SMALLEST * (LARGEST / SMALLEST) ** chance.random())
    head = _HEAD.format(number=number, domain=number % _DOMAINS, run=run, subject=_subject(number, chance))
    if size or number % 5 < 2:
        return _plain(head, wanted, chance, number)
    return _alternative(head, wanted, chance, number, has_attachment=number % 5 == 4)


def _subject(number: int, chance: random.Random) -> str:
    kind = chance.choice(("Disk failed", "Backup broken", "Log-in impossible", "Offer wanted", "Slow reports"))
    return f"{kind} at site {number}"


def _said(length: int, chance: random.Random, number: int) -> str:
    """Sentences of about `length` bytes, in Chinese in every third mail."""
    kinds = _CHINESE if number % 3 == 0 else _ENGLISH
    lines = [f"Hello, this is report {number} of our site.", ""]
    count = 0
    while count < length:
        some = {name: chance.randrange(1, 60) for name in "abc"}
        line = chance.choice(kinds).format(**some, d=chance.randrange(1000, 9999))
        lines.append(line)
        count += len(line.encode()) + 2
    return "\r\n".join([*lines, "", "Kind regards", f"Ann {number}", ""])


def _plain(head: str, wanted: int, chance: random.Random, number: int) -> bytes:
    kind = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return (head + kind + _said(wanted - len(head) - len(kind) - 60, chance, number)).encode()


def _alternative(head: str, wanted: int, chance: random.Random, number: int, has_attachment: bool) -> bytes:
    """Text and HTML as mail programs write both; with an attachment half of it is that."""
    text = _said(wanted // (6 if has_attachment else 3), chance, number)
    body = _part("text/plain; charset=utf-8", "quoted-printable", _quoted(text))
    paragraphs = "".join(f"<p>{line}</p>\r\n" for line in text.splitlines())
    page = f"<html><head><style>p {{margin: 0}}</style></head><body>\r\n{paragraphs}</body></html>\r\n"
    body += _part("text/html; charset=utf-8", "quoted-printable", _quoted(page))
    inner = f"=_inner{number}"
    kind, edge = "alternative", inner
    whole = _joined(inner, body)
    if has_attachment:
        kind, edge = "mixed", f"=_outer{number}"
        file = base64.encodebytes(chance.randbytes(max(256, (wanted - len(whole)) * 3 // 4))).replace(b"\n", b"\r\n")
        nested = f'Content-Type: multipart/alternative; boundary="{inner}"\r\n\r\n'.encode() + whole
        whole = _joined(edge, [nested, *_part('application/zip; name="diag.zip"', "base64", file)])
    return head.encode() + f'Content-Type: multipart/{kind}; boundary="{edge}"\r\n\r\n'.encode() + whole


def _quoted(text: str) -> bytes:
    lines = text.encode().replace(b"\r\n", b"\n")
    return quopri.encodestring(lines).replace(b"\n.", b"\n=2E").replace(b"\n", b"\r\n")


def _part(kind: str, encoding: str, content: bytes) -> list[bytes]:
    return [f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + content]


def _joined(edge: str, parts: list[bytes]) -> bytes:
    mark = f"--{edge}\r\n".encode()
    return b"".join(mark + part + b"\r\n" for part in parts) + f"--{edge}--\r\n".encode()
