"""What arrived, and how far the mailboxes have been read."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Double, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import DUE, Base
from models.values import Channel

# What stands behind the RecordingSid in the external id of a transcript: whoever makes it, there is one.
TRANSCRIPT_MARK = "+transcript"


class ReportRow(Base):
    """One thing that arrived, and its place in the queue.

    `lease` names the claim that is working on it; a result is written only while the lease is
    still held. `outcome` says in a word how it ended: case, follow-up, or why it opened none.
    `client_ip` and `helo` are those of the SMTP session; `part_seq` names the part that is processed,
    which is a later one after a person has mended it; `released` says that a person vouches for it.
    Since `forgotten_at` its subject and text are gone, by a rule of retention or an erasure (`forgotten_by`).
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("channel", "external_id", name="uq_reports_channel_external_id"),
        Index("ix_reports_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_reports_message_id", "message_id"),
        Index("ix_reports_case", "case_id"),
        Index("ix_reports_state", "state"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(128))
    source: Mapped[str] = mapped_column(String(200))
    mail_from: Mapped[str | None] = mapped_column(Text)
    rcpt_tos: Mapped[list[Any]] = mapped_column(default=list)
    answer: Mapped[bool] = mapped_column(default=True)
    client_ip: Mapped[str | None] = mapped_column(String(64))
    helo: Mapped[str | None] = mapped_column(String(255))
    part_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    released: Mapped[bool] = mapped_column(default=False, server_default=false())
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(100))
    error: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(Text)
    sender: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text, deferred=True)
    language: Mapped[str | None] = mapped_column(String(16))
    auto: Mapped[str | None] = mapped_column(String(32))
    trust: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(32))
    outcome_because: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    forgotten_at: Mapped[datetime | None]
    forgotten_by: Mapped[str | None] = mapped_column(String(32))

    @property
    def call_sid(self) -> str | None:
        """Twilio's id of the call that the report is; a text message or a recording is none."""
        is_call = self.channel == Channel.PHONE and self.external_id.startswith("CA") and "+" not in self.external_id
        return self.external_id if is_call else None

    @property
    def transcript_of(self) -> str | None:
        """Twilio's id of the recording that the report is a transcript of."""
        sid, mark, _ = self.external_id.partition(TRANSCRIPT_MARK)
        return sid if mark and self.channel == Channel.PHONE else None


# The kind of a part that is a file of a text message, as it was fetched from Twilio.
ATTACHED = "attached"


class ReportPart(Base):
    """What arrived, byte for byte. A mail has one part; a call gains one an answer. What came with a text message is a
    part each of the kind ATTACHED, in the order of its attachments. `by` and `at` say who has mended a mail, and when:
    his copy is a part of its own.

    `content` is as `models.bodies` stores it, and only that opens it: sealed by the key `key_id` where there is one,
    empty since `forgotten_at` where it is gone, by a rule (its length of time) or an erasure."""

    __tablename__ = "report_parts"

    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    content: Mapped[bytes]
    by: Mapped[str | None] = mapped_column(String(320))
    at: Mapped[datetime | None]
    key_id: Mapped[str | None] = mapped_column(String(16))
    forgotten_at: Mapped[datetime | None]
    forgotten_by: Mapped[str | None] = mapped_column(String(32))


class TranscriptRow(Base):
    """What a program has written down of a recording, or is still to write down; `report_id` is the recording's. Found
    by the digest of the audio too: the same sound is written down once. `error` is why the last try came to nothing.
    """

    __tablename__ = "transcripts"
    __table_args__ = (
        Index("ix_transcripts_due", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_transcripts_sha256", "sha256", "language"),
    )

    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(100))
    error: Mapped[str | None] = mapped_column(Text)


class AttachmentRow(Base):
    """One attachment of a report, by what it holds: the bytes are in the report's own part, and found by
    their digest; those of a text message are parts of their own. `content_type` is what the sender declared,
    `sniffed_type` what the bytes show."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_sha256", "sha256"),)

    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    sniffed_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    inline: Mapped[bool]
    content_id: Mapped[str | None] = mapped_column(Text)


class MailboxRow(Base):
    """How far one IMAP folder has been read. `uidvalidity` as in RFC 3501 section 2.3.1.1. At the last contact the
    folder held `present` mails, of which `stored` are stored and `refused` cannot be had."""

    __tablename__ = "mailboxes"

    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    folder: Mapped[str] = mapped_column(String(250), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    seen_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    present: Mapped[int] = mapped_column(default=0, server_default="0")
    stored: Mapped[int] = mapped_column(default=0, server_default="0")
    refused: Mapped[int] = mapped_column(default=0, server_default="0")

    @property
    def difference(self) -> int:
        """How many mails of the folder are neither stored nor known to be unreadable: 0 where nothing is lost."""
        return self.present - self.stored - self.refused


class MailboxMailRow(Base):
    """A mail in an IMAP folder that is stored, and as which report: what the folder is reconciled with."""

    __tablename__ = "mailbox_mails"

    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    folder: Mapped[str] = mapped_column(String(250), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"))


class MailboxLeaseRow(Base):
    """The process that reads an IMAP account, by the name of its lease, which is over at `until` unless it is renewed:
    seconds since 1970 by the database's clock."""

    __tablename__ = "mailbox_leases"

    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    lease: Mapped[str] = mapped_column(String(100))
    until: Mapped[float] = mapped_column(Double)


class OAuthTokenRow(Base):
    """The refresh token that a token endpoint gave last for an account (RFC 6749 section 6); `given` is the digest of
    the one in the settings that it descends from."""

    __tablename__ = "oauth_tokens"

    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    given: Mapped[str] = mapped_column(String(64))
    refresh_token: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
