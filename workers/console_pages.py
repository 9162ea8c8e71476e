"""What the staff's pages are given of the rest of the product."""

from sqlalchemy.orm import Session

from console.auth.ways import WaysIn
from console.pages.admin_services import AdminServices
from console.pages.services import LetterView, PageServices
from models.errors import NotPossible
from models.tables import CaseRow
from models.values import CaseState, Language
from routing import life
from routing.acknowledge import TOLD
from routing.letters import Kind, says_nothing
from routing.profile import Profile
from workers.cases import letters
from workers.cases.correct import undo
from workers.cases.office import Office
from workers.cases.work import CaseWork
from workers.mail_view import mail_view
from workers.profiles import named


def page_services(
    office: Office, profile: Profile, public_url: str, ways: WaysIn, admin: AdminServices
) -> PageServices:
    """The pages' collaborators; times are shown in the zone of `profile`."""

    def take_back(session: Session, case: CaseRow, who: str) -> None:
        undo(session, case, who, office, profile, office.clock())

    def letter(session: Session, case_id: int, kind: str, text: str) -> LetterView:
        case = session.get(CaseRow, case_id)
        if case is None:
            raise NotPossible("there is no such case")
        recipient, found = letters.preview(CaseWork(session, office, case, office.clock(), ""), Kind(kind), text)
        return LetterView(recipient, found.subject, found.text)

    def next_states(state: CaseState) -> frozenset[CaseState]:
        return life.NEXT[state]

    def is_empty(kind: str, text: str) -> bool:
        return says_nothing(Kind(kind), text)

    def level_name(case: CaseRow, language: Language) -> str:
        return named(case.profile, profile).level_name(case.level, language, case.category)

    return PageServices(
        zone=profile.hours.zone,
        is_https=public_url.lower().startswith("https://"),
        undo=take_back,
        next_states=next_states,
        mail_view=mail_view,
        letter=letter,
        is_empty=is_empty,
        level_name=level_name,
        told=frozenset(TOLD),
        public_url=public_url.rstrip("/"),
        ways=ways,
        admin=admin,
    )
