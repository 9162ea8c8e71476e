"""Puts together what the pages of administration are given."""

from console.pages.admin_services import AdminServices
from console.pages.scheme_services import Question, Simulate, Simulated
from models.db import Database
from models.settings import Settings
from routing.profile import Profile
from workers.admin.classifiers import ModelBook, drift_windows
from workers.admin.letters import SampleLetters
from workers.admin.lists import ListBook
from workers.admin.people import PersonBook
from workers.admin.rota import RotaBook
from workers.admin.schemes import SchemeShelf
from workers.cases.office import Office


def admin_services(settings: Settings, database: Database, office: Office, profile: Profile) -> AdminServices:
    """The collaborators of the pages of administration, in the zone and by the calendar of `profile`."""
    return AdminServices(
        rota=RotaBook(office.clock, profile.hours),
        schemes=SchemeShelf(),
        simulate=_simulate(settings, database),
        letters=SampleLetters(office.addresses[0]),
        lists=ListBook(profile.hours.zone),
        classifiers=ModelBook(settings, database, office.clock),
        drift=drift_windows,
        people=PersonBook(settings, database, office.clock),
    )


def _simulate(settings: Settings, database: Database) -> Simulate:
    def simulate(question: Question) -> Simulated:
        from workers.admin.simulator import Simulator  # noqa: PLC0415 - brings the whole pipeline

        return Simulator(settings, database)(question)

    return simulate
