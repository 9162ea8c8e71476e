"""A case is planned anew: after a correction, or after a person has said whose it is."""

from sqlalchemy.orm import Session

from models.tables import CaseRow, ContractRow, SiteRow
from models.values import CaseState, Standing
from routing.decide import decide
from routing.profile import Profile
from routing.serving import Serving, serving
from workers.cases.work import CaseWork
from workers.profiles import named


def replan(work: CaseWork, default: Profile, because: str) -> Serving:
    """Route the case by its level, its category and its contract as they are now; `default` is the desk's profile.
    Clocks that were met stay; the others start again from the report's arrival, since the promise is to the customer
    and not to our judgement. Where it stays with its scheme, it stays with the version that it was planned by. Where
    it goes to another team before anybody has accepted it, that team is called."""
    case = work.case
    team = case.assigned_team
    served = _serving(work.session, case, default)
    if served.profile.name != case.profile:
        case.profile, case.profile_version = served.profile.name, served.profile.version
        work = CaseWork(work.session, work.office, case, work.now, work.actor)
    profile = work.profile
    decision = decide(
        profile, case.level, case.category, case.created_at, *profile.sold(served.tier, served.site_class)
    )
    decision = served.admits(decision)
    case.level_name = profile.level_name(case.level, case.language, case.category)
    case.priority = profile.priority.levels[str(case.level)]  # type: ignore[index]
    case.process, case.assigned_team = decision.process, decision.team
    case.tier, case.site_class = served.tier, served.site_class
    if case.clocks or case.clock_events:  # what nothing was promised to, such as an archive, stays so
        work.book.correct(decision.clocks, because)
        if case.assigned_team != team and case.state in (CaseState.NEW, CaseState.ACKNOWLEDGED):
            work.call_again(because)
    work.settle()
    return served


def _serving(session: Session, case: CaseRow, default: Profile) -> Serving:
    """How the case is served: by its contract; where it has none, as it was planned."""
    contract = session.get(ContractRow, case.contract_id) if case.contract_id is not None else None
    site = session.get(SiteRow, case.site_id) if case.site_id is not None else None
    own = named(contract.profile if contract else case.profile, default)
    tier = contract.tier if contract else case.tier
    site_class = site.site_class if site else case.site_class
    return serving(Standing(case.standing), case.level, own, default, tier, site_class)
