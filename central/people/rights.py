"""Which role may do what; which page needs which right is in `paths.py`. Pure.

三员 (system, security and audit administrators) exclude one another and every role of the business (standards.md 9).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is at the centre; stored by value."""

    MANAGER = "manager"
    """大厅主任: all business of the halls they are given."""
    WINDOW = "window"
    GUIDE = "guide"
    APPROVER = "approver"
    """审批人员 of a department: says whether, never accepts (受审分离)."""
    LEADER = "leader"
    """驻窗领导: confirms, signs, decides."""
    CATALOGUE_EDITOR = "catalogue_editor"
    SUPERVISOR = "supervisor"
    """监察."""
    COORDINATOR = "coordinator"
    TECHNICIAN = "technician"
    SYSTEM_ADMIN = "system_admin"
    """系统管理员: makes accounts, sets the system up."""
    SECURITY_ADMIN = "security_admin"
    """安全管理员: grants roles and halls, unlocks."""
    AUDIT_ADMIN = "audit_admin"
    """审计管理员: reads logs, nothing else."""


class Right(StrEnum):
    """One thing somebody may do."""

    OWN_ACCOUNT = "own_account"
    """What everybody has who is logged in: their password, their second factor, logging out, being told of changes."""
    OVERVIEW = "overview"
    CASES_SEE = "cases_see"
    CASES_ACT = "cases_act"
    PERSONAL_LOOK = "personal_look"
    """Open what is sealed; a reason is logged first."""
    DECIDE = "decide"
    """Confirm a refusal, sign, approve an extension: a leader's."""
    APPROVE = "approve"
    """Give the opinion of the unit one belongs to on a case: an approver's, never that of whoever accepted it."""
    COORDINATE = "coordinate"
    WINDOW_WORK = "window_work"
    QUEUE_SEE = "queue_see"
    QUEUE_PLAN = "queue_plan"
    """Windows, posts, screens, planned times."""
    HELP_ANSWER = "help_answer"
    GUIDE_CITIZENS = "guide_citizens"
    VOICES_SEE = "voices_see"
    VOICES_ACT = "voices_act"
    """Complaints, consultations, ratings, difficulties and work orders of 12345."""
    ORDERS = "orders"
    PAYMENTS = "payments"
    SUPERVISION_SEE = "supervision_see"
    SUPERVISE = "supervise"
    REPORTS_SEE = "reports_see"
    CATALOGUE_SEE = "catalogue_see"
    CATALOGUE_EDIT = "catalogue_edit"
    FLEET_SEE = "fleet_see"
    FLEET_ACT = "fleet_act"
    """Enrol, cut off, command, direct terminals."""
    RECORDS_ACT = "records_act"
    """Quarantine and reconciliation."""
    EXCHANGE = "exchange"
    """Export and import of what the district exchanges."""
    ACCOUNTS_SEE = "accounts_see"
    ACCOUNTS_MAKE = "accounts_make"
    RIGHTS_GRANT = "rights_grant"
    AUDIT_READ = "audit_read"


_ADMINISTRATION: Final = frozenset({Right.ACCOUNTS_SEE, Right.ACCOUNTS_MAKE, Right.RIGHTS_GRANT, Right.AUDIT_READ})
_EVERYBODY: Final = frozenset({Right.OWN_ACCOUNT})
_STAFF: Final = _EVERYBODY | {Right.OVERVIEW, Right.CATALOGUE_SEE, Right.QUEUE_SEE}

RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.MANAGER: frozenset(Right) - _ADMINISTRATION,
    Role.WINDOW: _STAFF
    | {
        Right.WINDOW_WORK,
        Right.CASES_SEE,
        Right.CASES_ACT,
        Right.PERSONAL_LOOK,
        Right.HELP_ANSWER,
        Right.VOICES_SEE,
        Right.PAYMENTS,
    },
    Role.GUIDE: _STAFF | {Right.GUIDE_CITIZENS, Right.HELP_ANSWER},
    Role.APPROVER: _STAFF | {Right.APPROVE, Right.CASES_SEE, Right.PERSONAL_LOOK},
    Role.LEADER: _STAFF
    | {
        Right.DECIDE,
        Right.CASES_SEE,
        Right.CASES_ACT,
        Right.PERSONAL_LOOK,
        Right.VOICES_SEE,
        Right.SUPERVISION_SEE,
        Right.REPORTS_SEE,
        Right.WINDOW_WORK,
    },
    Role.CATALOGUE_EDITOR: _STAFF | {Right.CATALOGUE_EDIT, Right.EXCHANGE},
    Role.SUPERVISOR: _STAFF
    | {
        Right.CASES_SEE,
        Right.SUPERVISION_SEE,
        Right.SUPERVISE,
        Right.REPORTS_SEE,
        Right.VOICES_SEE,
        Right.VOICES_ACT,
    },
    Role.COORDINATOR: _STAFF
    | {
        Right.COORDINATE,
        Right.CASES_SEE,
        Right.CASES_ACT,
        Right.VOICES_SEE,
        Right.VOICES_ACT,
        Right.HELP_ANSWER,
        Right.ORDERS,
    },
    Role.TECHNICIAN: _STAFF | {Right.FLEET_SEE, Right.FLEET_ACT, Right.RECORDS_ACT},
    Role.SYSTEM_ADMIN: _EVERYBODY | {Right.ACCOUNTS_SEE, Right.ACCOUNTS_MAKE},
    Role.SECURITY_ADMIN: _EVERYBODY | {Right.ACCOUNTS_SEE, Right.RIGHTS_GRANT},
    Role.AUDIT_ADMIN: _EVERYBODY | {Right.AUDIT_READ},
}

ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """Everything these roles may do together; of no role: nothing."""
    return frozenset[Right]().union(*(RIGHTS[role] for role in roles))


def exclusion(roles: Iterable[Role]) -> str | None:
    """What is wrong with these roles in one account, in one sentence, or None."""
    given = frozenset(roles)
    administrators = given & ADMINISTRATORS
    if not given:
        return "the account needs at least one role"
    if len(administrators) > 1:
        return f"{' and '.join(sorted(administrators))} exclude one another: give them to different people"
    if administrators and given - administrators:
        return f"{next(iter(administrators))} excludes every role of the business: give it to an account of its own"
    return None
