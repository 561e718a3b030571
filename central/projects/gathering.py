"""Makes a project of each joint filing by itself, and gathers what a project's chart is made from."""

from collections.abc import Collection

from central.agents import store as agents
from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.orders import store as orders
from central.progress import store as progress
from central.projects import rules, store
from central.projects.rules import Kind, Known, Part, Project
from contract.orders import ProjectFound

EVERY_SECONDS = 15.0
BY_ITSELF = ""
"""Who opened a project nobody opened."""


def catch_up(centre: Centre) -> int:
    """A project for each joint filing that has none: its number is the case's, its parts are its items."""
    with centre.database.reading() as connection:
        joint = store.joint_cases(connection)
    if not joint:
        return 0
    now = centre.clock()
    with centre.database.writing() as connection:
        for case in joint:
            code = centre.blind.code("project", case.case_id, 6)
            project = Project(
                case.case_id, case.case_number, code, case.item_title, "", BY_ITSELF, case.received_at, None, now
            )
            if store.add(connection, project):
                for item in case.items:
                    store.join(connection, Part(case.case_id, 1, Kind.CASE, case.case_id, item, BY_ITSELF, now))
    return len(joint)


def known_of(connection: Transaction, centre: Centre, parts: Collection[Part]) -> Known:
    """All that the charts of these parts need, in a few queries."""
    now = centre.clock()
    ids = {part.of_id for part in parts if part.kind is Kind.CASE}
    cases = store.cases_of(connection, ids)
    wanted = {part.of_id for part in parts if part.kind is Kind.ORDER}
    found = {order_id: order for order_id in sorted(wanted) if (order := orders.find(connection, order_id))}
    slugs = {part.item for part in parts if part.item} | {case.item for case in cases.values()}
    return Known(
        cases=cases,
        steps=progress.steps(connection, list(ids)),
        orders=found,
        agents={one.agent_id: one for one in agents.every(connection, ended=True)},
        items={slug: catalogue.find(connection, slug, now) for slug in slugs},
        worktime=orders.worktime(connection, now),
        zone=centre.settings.zone,
        today=centre.today(),
    )


def gathered(connection: Transaction, centre: Centre, project: Project) -> ProjectFound:
    """One project as it is read."""
    parts = store.parts(connection, [project.project_id])[project.project_id]
    return rules.found(project, parts, known_of(connection, centre, parts))
