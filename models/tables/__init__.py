"""The tables. Times are UTC; a report's `due_at` is when the runner should next look at it."""

from models.tables.api import ApiAnswerRow, DeliveryRow, WebhookRow
from models.tables.base import DUE, Base, UtcDateTime
from models.tables.cases import CaseRow, ClassificationRow, ClockRow, EventRow, ParticipantRow
from models.tables.directory import (
    ContactRow,
    ContractRow,
    CustomerDomainRow,
    CustomerRow,
    DeviceRow,
    ShiftRow,
    SiteRow,
    StaffRow,
)
from models.tables.finding import CaseSearchRow, SavedFilterRow
from models.tables.joined import CaseLinkRow, MergeRow
from models.tables.keeping import ErasureRow, RetainedRow, RetentionRow, StorageKeyRow
from models.tables.learning import CorrectionRow
from models.tables.outgoing import BreakerRow, DeadAddressRow, OutgoingRow
from models.tables.reports import (
    ATTACHED,
    TRANSCRIPT_MARK,
    AttachmentRow,
    MailboxLeaseRow,
    MailboxMailRow,
    MailboxRow,
    OAuthTokenRow,
    ReportPart,
    ReportRow,
    TranscriptRow,
)
from models.tables.service import ClockEventRow, KnowledgeRow, ProfileVersionRow, StepRow, SurveyRow
from models.tables.staff import (
    AuditRow,
    ListRow,
    LoginTryRow,
    RecoveryCodeRow,
    SessionRow,
    TotpRow,
    UserLinkRow,
    UserRow,
)

__all__ = [
    "ATTACHED",
    "DUE",
    "TRANSCRIPT_MARK",
    "ApiAnswerRow",
    "AttachmentRow",
    "AuditRow",
    "Base",
    "BreakerRow",
    "CaseLinkRow",
    "CaseRow",
    "CaseSearchRow",
    "ClassificationRow",
    "ClockEventRow",
    "ClockRow",
    "ContactRow",
    "ContractRow",
    "CorrectionRow",
    "CustomerDomainRow",
    "CustomerRow",
    "DeadAddressRow",
    "DeliveryRow",
    "DeviceRow",
    "ErasureRow",
    "EventRow",
    "KnowledgeRow",
    "ListRow",
    "LoginTryRow",
    "MailboxLeaseRow",
    "MailboxMailRow",
    "MailboxRow",
    "MergeRow",
    "OAuthTokenRow",
    "OutgoingRow",
    "ParticipantRow",
    "ProfileVersionRow",
    "RecoveryCodeRow",
    "ReportPart",
    "ReportRow",
    "RetainedRow",
    "RetentionRow",
    "SavedFilterRow",
    "SessionRow",
    "ShiftRow",
    "SiteRow",
    "StaffRow",
    "StepRow",
    "StorageKeyRow",
    "SurveyRow",
    "TotpRow",
    "TranscriptRow",
    "UserLinkRow",
    "UserRow",
    "UtcDateTime",
    "WebhookRow",
]
