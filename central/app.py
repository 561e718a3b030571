"""Builds the ASGI application of a centre: routes, static files, headers, and what a mistake looks like."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar
from litestar.datastructures import CacheControlHeader, State
from litestar.enums import ScopeType
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, Receive, Scope, Send

from central import scoping, upkeep
from central.agents.pages import pages as agent_pages
from central.appointments.pages import pages as appointment_pages
from central.audit.pages import pages as audit_trail_pages
from central.audits.pages import pages as random_audit_pages
from central.availability.pages import pages as availability_pages
from central.cases.pages import pages as case_pages
from central.catalogue.pages import pages as catalogue_pages
from central.catalogue.rollout_pages import pages as rollout_pages
from central.centre import Centre
from central.cities.pages import pages as city_pages
from central.complaints.course.pages import pages as complaint_course
from central.complaints.pages import pages as complaint_pages
from central.credit.pages import pages as credit_pages
from central.custody.api import api as custody_api
from central.deliveries.pages import pages as delivery_pages
from central.departments.acting import look_after
from central.departments.pages import pages as department_pages
from central.departments.pages import public as verify_pages
from central.digests.pages import pages as digest_pages
from central.drafts.pages import pages as draft_pages
from central.drafts.window import pages as draft_window
from central.exchange.pages import api as exchange_api
from central.exchange.pages import pages as exchange_pages
from central.exchange.taking.pages import pages as import_pages
from central.feed.api import api as feed_api
from central.feed.pages import pages as feed_pages
from central.fleet.pages import pages as fleet_pages
from central.guides.pages import pages as guide_pages
from central.halls.facilities import public as facility_pages
from central.halls.floor import pages as floor_pages
from central.halls.pages import public as hall_pages
from central.handling.figures import pages as handling_figures
from central.handling.pages import pages as handling_pages
from central.help.pages import pages as help_pages
from central.hotline.pages import pages as hotline_pages
from central.identity.api import api as identity_api
from central.identity.pages import pages as identity_pages
from central.intake import rules
from central.intake.api import api
from central.intake.door import door
from central.intake.interface import public as interface_page
from central.intake.pages import pages as intake_pages
from central.items.pages import pages as item_pages
from central.licences.pages import pages as licence_pages
from central.lifecycle.pages import pages as life_pages
from central.mandates.pages import pages as mandate_pages
from central.materials.pages import pages as material_pages
from central.matters.pages import pages as matter_pages
from central.media.api import api as media_api
from central.media.pages import pages as media_pages
from central.messages.pages import pages as message_pages
from central.metrics.counting import counted
from central.numbers.api import api as number_api
from central.obstacles.pages import pages as obstacle_pages
from central.onboarding.pages import pages as onboarding_pages
from central.orders.pages import pages as order_pages
from central.orders.way_pages import pages as way_pages
from central.organisation.pages import pages as organisation_pages
from central.payments.api import api as payment_api
from central.payments.pages import pages as payment_pages
from central.people.account_pages import pages as account_pages
from central.people.administration import pages as administration_pages
from central.people.pages import pages as people_pages
from central.pickups.pages import pages as pickup_pages
from central.poor_ratings.pages import pages as poor_rating_pages
from central.positions.pages import pages as position_pages
from central.presence.pages import pages as presence_pages
from central.progress.pages import pages as progress_pages
from central.projects.pages import pages as project_pages
from central.promises.pages import pages as promise_pages
from central.proofs.pages import pages as proof_pages
from central.questions.api import api as question_api
from central.questions.desk import QuestionDesk
from central.queue.finding.api import api as reader_api
from central.queue.hall_pages import pages as queue_pages
from central.queue.pages import pages as window_pages
from central.queue.rating.pages import public as rate_public
from central.ratings.pages import pages as rating_pages
from central.ratings.staff.pages import pages as staff_identity_pages
from central.relays.api import api as relay_api
from central.releases.api import api as release_api
from central.releases.pages import pages as release_pages
from central.remote.pages import pages as remote_pages
from central.reports.pages import pages as report_pages
from central.reports.pages import public as report_public
from central.scans.api import api as scans_api
from central.screens.pages import pages as screen_pages
from central.screens.public import public as screens_public
from central.special_hours.pages import public as special_hours_pages
from central.supervision.overview import pages as supervision_overview
from central.supervision.pages import pages as supervision_pages
from central.supplements.pages import pages as supplement_pages
from central.supplements.public import pages as supplement_public
from central.surveys.pages import pages as survey_pages
from central.trace.pages import pages as trace_pages
from central.trace.phone import public as my_case
from central.unclaimed.pages import pages as unclaimed_pages
from central.units.pages import pages as unit_pages
from central.upward.pages import pages as node_pages
from central.waits.pages import pages as wait_pages
from central.walks.pages import pages as walk_pages
from central.web.limits import limited
from central.web.mistakes import MISTAKES, guarded
from central.web.pages import pages as web_pages

_STATIC = Path(__file__).parent / "web" / "static"


def build(centre: Centre, behind: Litestar | None = None) -> ASGIApp:
    """The application: the door of terminals, and Litestar behind it. `behind` is that of a centre of this process that
    has ended: several hundred routes are registered once.
    """
    if behind is not None:
        behind.state.centre, behind.state.questions = centre, QuestionDesk()
    rest = each_for_itself(pages_and_routes(centre) if behind is None else behind)
    return counted(door(limited(rest, centre.settings.trusted_proxies), centre), centre.requests)


def each_for_itself(app: ASGIApp) -> ASGIApp:
    """Every request with a place of its own for the halls its session may see."""

    async def enter(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        with scoping.asking():
            await app(scope, receive, send)

    return enter


def pages_and_routes(centre: Centre) -> Litestar:
    """What lies behind the door. Its start begins the centre's work, its end finishes it."""

    @asynccontextmanager
    async def run(app: Litestar) -> AsyncIterator[None]:
        centre: Centre = app.state.centre
        upkeep.give(centre)
        centre.start()
        # A hall's departments are its centre's.
        acts = asyncio.create_task(look_after(centre)) if centre.upward is None else None
        try:
            yield
        finally:
            await centre.live.end()
            if acts is not None:
                acts.cancel()
            await centre.departments.end()
            centre.stop()

    static = create_static_files_router(
        "/static", directories=[_STATIC], include_in_schema=False, cache_control=CacheControlHeader(max_age=300)
    )
    return Litestar(
        [
            api,
            identity_api,
            feed_api,
            number_api,
            scans_api,
            question_api,
            reader_api,
            payment_api,
            custody_api,
            relay_api,
            release_api,
            node_pages,
            web_pages,
            people_pages,
            account_pages,
            administration_pages,
            audit_trail_pages,
            exchange_pages,
            exchange_api,
            import_pages,
            identity_pages,
            fleet_pages,
            feed_pages,
            case_pages,
            handling_pages,
            handling_figures,
            credit_pages,
            city_pages,
            agent_pages,
            appointment_pages,
            order_pages,
            way_pages,
            project_pages,
            guide_pages,
            help_pages,
            hotline_pages,
            payment_pages,
            complaint_pages,
            complaint_course,
            mandate_pages,
            supervision_pages,
            supervision_overview,
            random_audit_pages,
            poor_rating_pages,
            obstacle_pages,
            promise_pages,
            unit_pages,
            draft_pages,
            draft_window,
            pickup_pages,
            rating_pages,
            staff_identity_pages,
            progress_pages,
            proof_pages,
            supplement_pages,
            supplement_public,
            delivery_pages,
            licence_pages,
            survey_pages,
            walk_pages,
            department_pages,
            verify_pages,
            special_hours_pages,
            item_pages,
            catalogue_pages,
            rollout_pages,
            report_pages,
            report_public,
            wait_pages,
            queue_pages,
            window_pages,
            rate_public,
            message_pages,
            position_pages,
            screen_pages,
            screens_public,
            hall_pages,
            facility_pages,
            trace_pages,
            my_case,
            life_pages,
            material_pages,
            unclaimed_pages,
            presence_pages,
            matter_pages,
            availability_pages,
            digest_pages,
            floor_pages,
            onboarding_pages,
            remote_pages,
            release_pages,
            organisation_pages,
            media_api,
            media_pages,
            intake_pages,
            interface_page,
            static,
        ],
        state=State({"centre": centre, "questions": QuestionDesk()}, deep_copy=False),
        lifespan=[run],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=rules.MAX_BODY_BYTES,
        before_send=[guarded],
        exception_handlers=MISTAKES,
    )
