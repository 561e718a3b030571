"""Which page needs which right, by its path. Pure; a path that no rule names is nobody's."""

from collections.abc import Iterable
from functools import cache
from typing import Final

import msgspec

from central.people.rights import Right, Role, rights_of


class Needs(msgspec.Struct, frozen=True):
    """What a page asks of whoever opens it (`see`) and of whoever sends one of its forms (`act`)."""

    see: Right
    act: Right


def _same(right: Right) -> Needs:
    return Needs(right, right)


_CASE_ACTS: Final = Needs(Right.CASES_SEE, Right.CASES_ACT)

PAGES: Final[dict[str, Needs]] = {
    # "*" stands for one part of a path; a rule covers what lies below it; the longest rule decides.
    # what everybody has
    "/logout": _same(Right.OWN_ACCOUNT),
    "/live": _same(Right.OWN_ACCOUNT),
    "/account": _same(Right.OWN_ACCOUNT),
    # overview and terminals
    "/": Needs(Right.OVERVIEW, Right.FLEET_ACT),
    "/terminals": Needs(Right.OVERVIEW, Right.FLEET_ACT),
    "/terminals/new": _same(Right.FLEET_ACT),
    "/directions": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/departments": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/matters": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/fleet": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/availability": _same(Right.FLEET_SEE),
    "/organisation": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/media": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/remote": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/releases": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/onboarding": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/floor": _same(Right.OVERVIEW),
    "/digests": _same(Right.FLEET_SEE),
    "/nodes": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    "/quarantine": _same(Right.RECORDS_ACT),
    "/conflicts": _same(Right.RECORDS_ACT),
    "/reconciliation": _same(Right.RECORDS_ACT),
    "/walks": Needs(Right.FLEET_SEE, Right.FLEET_ACT),
    # cases
    "/cases": _CASE_ACTS,
    "/cases/*/look": _same(Right.PERSONAL_LOOK),
    "/prints": _CASE_ACTS,
    "/drafts": _same(Right.CASES_ACT),
    "/pickups": _CASE_ACTS,
    "/supplements": _CASE_ACTS,
    "/credit": _CASE_ACTS,
    "/cities": _CASE_ACTS,
    "/payments": _same(Right.PAYMENTS),
    "/orders": _same(Right.ORDERS),
    "/agents": _same(Right.ORDERS),
    "/projects": Needs(Right.CASES_SEE, Right.CASES_ACT),
    # hall
    "/waits": Needs(Right.QUEUE_SEE, Right.QUEUE_PLAN),
    "/messages": _same(Right.QUEUE_SEE),
    "/screens": Needs(Right.QUEUE_SEE, Right.QUEUE_PLAN),
    "/staff-cards": _same(Right.QUEUE_PLAN),
    "/window": _same(Right.WINDOW_WORK),
    "/queue": Needs(Right.QUEUE_SEE, Right.GUIDE_CITIZENS),
    "/windows": Needs(Right.QUEUE_SEE, Right.QUEUE_PLAN),
    "/appointments": Needs(Right.QUEUE_SEE, Right.QUEUE_PLAN),
    "/help": _same(Right.HELP_ANSWER),
    "/help/roster": Needs(Right.HELP_ANSWER, Right.QUEUE_PLAN),
    "/guides": Needs(Right.GUIDE_CITIZENS, Right.QUEUE_PLAN),
    "/guides/escorts": _same(Right.GUIDE_CITIZENS),
    # what citizens say
    "/difficulties": Needs(Right.VOICES_SEE, Right.VOICES_ACT),
    "/complaints": Needs(Right.VOICES_SEE, Right.VOICES_ACT),
    "/complaints/archive": Needs(Right.VOICES_SEE, Right.VOICES_ACT),
    "/complaints/*/course/look-into": _same(Right.VOICES_SEE),
    "/complaints/*/course/close": _same(Right.SUPERVISE),
    "/complaints/*/course/supervise": _same(Right.SUPERVISE),
    "/hotline": Needs(Right.VOICES_SEE, Right.VOICES_ACT),
    "/ratings": Needs(Right.VOICES_SEE, Right.VOICES_ACT),
    "/surveys": Needs(Right.VOICES_SEE, Right.VOICES_ACT),
    # supervision
    "/handling": Needs(Right.CASES_SEE, Right.SUPERVISE),
    "/supervision": Needs(Right.SUPERVISION_SEE, Right.SUPERVISE),
    "/supervision/cards": Needs(Right.CASES_SEE, Right.SUPERVISE),
    "/supervision/cards/*/explain": _same(Right.CASES_SEE),
    "/mandates": Needs(Right.CASES_SEE, Right.SUPERVISE),
    "/mandates/*/take": _same(Right.CASES_SEE),
    "/mandates/*/report": _same(Right.CASES_SEE),
    "/mandates/*/done": _same(Right.CASES_SEE),
    "/mandates/*/ask": _same(Right.CASES_SEE),
    "/mandates/*/answer": _same(Right.CASES_SEE),
    "/mandates/*/extend": _same(Right.CASES_SEE),
    "/mandates/*/decide": _same(Right.DECIDE),
    "/units": Needs(Right.SUPERVISION_SEE, Right.SUPERVISE),
    "/poor-ratings": Needs(Right.VOICES_SEE, Right.VOICES_ACT),
    "/poor-ratings/*/verify": _same(Right.VOICES_SEE),
    "/poor-ratings/*/rectify": _same(Right.VOICES_SEE),
    "/poor-ratings/*/reply": _same(Right.VOICES_SEE),
    "/poor-ratings/*/appeal": _same(Right.VOICES_SEE),
    "/poor-ratings/*/decide": _same(Right.SUPERVISE),
    "/poor-ratings/*/close": _same(Right.SUPERVISE),
    "/poor-ratings/honours": Needs(Right.VOICES_SEE, Right.DECIDE),
    "/obstacles": Needs(Right.VOICES_SEE, Right.VOICES_ACT),
    "/promises": Needs(Right.CATALOGUE_SEE, Right.CATALOGUE_EDIT),
    # the life of a case
    "/tasks": _CASE_ACTS,
    "/tasks/*/opinion": Needs(Right.CASES_SEE, Right.APPROVE),
    "/tasks/*/signature": Needs(Right.CASES_SEE, Right.DECIDE),
    "/refusals": Needs(Right.CASES_SEE, Right.DECIDE),
    "/transfers": _same(Right.CASES_SEE),
    "/pauses": _CASE_ACTS,
    "/find-case": _CASE_ACTS,
    "/routes": Needs(Right.CASES_SEE, Right.COORDINATE),
    "/unclaimed": Needs(Right.CASES_SEE, Right.CASES_SEE),
    "/unclaimed/*/assign": Needs(Right.CASES_SEE, Right.COORDINATE),
    "/presence": Needs(Right.CASES_SEE, Right.CASES_ACT),
    "/cases/*/scans": _same(Right.PERSONAL_LOOK),
    "/trace": Needs(Right.SUPERVISION_SEE, Right.SUPERVISE),
    # administration
    "/exports": _same(Right.EXCHANGE),
    "/imports": _same(Right.EXCHANGE),
    "/audit": _same(Right.AUDIT_READ),
    "/accounts": Needs(Right.ACCOUNTS_SEE, Right.ACCOUNTS_MAKE),
    "/accounts/*/grant": _same(Right.RIGHTS_GRANT),
    "/accounts/*/release": _same(Right.RIGHTS_GRANT),
    "/accounts/*/unlock": _same(Right.RIGHTS_GRANT),
    "/accounts/*/clear-factor": _same(Right.RIGHTS_GRANT),
    # items
    "/items": Needs(Right.CATALOGUE_SEE, Right.CATALOGUE_EDIT),
    "/catalogue": _same(Right.CATALOGUE_EDIT),
    "/rollouts": _same(Right.CATALOGUE_EDIT),
    # reports
    "/reports": _same(Right.REPORTS_SEE),
    "/proofs": Needs(Right.CATALOGUE_SEE, Right.CATALOGUE_EDIT),
}

PUBLIC: Final = (
    # Nobody logs in for these; each looks after itself (a token, a PIN, a signature) or shows what is public.
    "/login",
    "/healthz",
    "/readyz",
    "/metrics",
    "/exchange",
    "/csp-reports",
    "/static",
    "/v1",
    "/schema/openapi.json",
    "/api",
    "/verify",
    "/tolerance",
    "/supplement",
    "/my-case",
    "/way",
    "/p",
    "/rate",
    "/screen",
    "/begin",
    "/draft",
    "/special-hours",
    "/open",
    "/special-hours.csv",
)


def parts_of(path: str) -> tuple[str, ...]:
    """A path in its parts; a name of a parameter and an ending such as .csv count as they are."""
    return tuple(part for part in path.split("/") if part)


def _covers(rule: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(rule) <= len(parts) and all(one in ("*", part) for one, part in zip(rule, parts, strict=False))


@cache
def _rules() -> tuple[tuple[tuple[str, ...], Needs], ...]:
    found = [(parts_of(path), needs) for path, needs in PAGES.items()]
    return tuple(sorted(found, key=lambda rule: (len(rule[0]), -rule[0].count("*")), reverse=True))


def needs_of(path: str) -> Needs | None:
    """What a page needs, or None where no rule names it: then nobody may. `/` covers itself alone."""
    bare = path.removesuffix(".csv").removesuffix(".xlsx").removesuffix(".pdf")
    parts = parts_of(bare)
    if not parts:
        return PAGES["/"]
    return next((needs for rule, needs in _rules() if rule and _covers(rule, parts)), None)


def is_public(path: str) -> bool:
    """Whether a page is open to everybody, by name."""
    parts = parts_of(path)
    return any(_covers(parts_of(rule), parts) for rule in PUBLIC)


def may_open(roles: Iterable[Role], path: str, *, acts: bool = False) -> bool:
    """Whether somebody of these roles may open a page, or send its forms (`acts`). Default: no."""
    needs = needs_of(path)
    return needs is not None and (needs.act if acts else needs.see) in rights_of(roles)


CENTRES_ALONE: Final = frozenset(
    {
        *(Right.CASES_ACT, Right.DECIDE, Right.COORDINATE, Right.SUPERVISE, Right.VOICES_ACT),
        *(Right.ORDERS, Right.PAYMENTS, Right.CATALOGUE_EDIT, Right.EXCHANGE),
    }
)
"""What only the centre writes (唯一收出件口): at a hall's node it would be written where nobody else reads it."""


def is_the_centres(path: str) -> bool:
    """Whether what a page's forms do is done at the centre and not at a hall's node."""
    needs = needs_of(path)
    return needs is not None and needs.act in CENTRES_ALONE


_DISTRICTS_ALONE: Final = (
    # What holds for every hall at once: an item on or off, what is offered, promised and who is in charge.
    "/directions/switch",
    "/appointments/plans",
    "/releases",
    "/appointments/closures",
    "/promises",
    "/units",
    "/catalogue",
    "/rollouts",
    "/routes",
)


def is_the_districts(path: str) -> bool:
    """Whether what a page's forms do holds for every hall: for those alone who are given every hall."""
    parts = parts_of(path)
    return any(_covers(parts_of(rule), parts) for rule in _DISTRICTS_ALONE)
