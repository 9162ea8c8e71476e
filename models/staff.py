"""Who of the staff is there."""

from sqlalchemy import ColumnElement, and_, exists

from models.tables import StaffRow, UserRow


def is_there() -> ColumnElement[bool]:
    """Who has not left: the directory has him as active, and no administrator lets him log in no more."""
    shut_out = exists().where(UserRow.address_key == StaffRow.address_key, UserRow.is_disabled.is_(True))
    return and_(StaffRow.is_active.is_(True), ~shut_out)
