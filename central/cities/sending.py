"""Hands cases over to other cities and hears how they stand, round by round, until each result is back.

What is sealed of a case is opened by the machine for this one purpose, as the page on which staff hand it over says,
and goes out signed; the office gets a case whole or not at all, and the same case once however often it is said.
"""

from datetime import timedelta
from pathlib import Path

import msgspec
import structlog

from central.cases import store as cases
from central.centre import Centre
from central.cities import store
from central.cities.line import Office
from central.cities.protocol import At, HandOver, HandScan, Told
from central.cities.rules import Away, State
from central.intake import store as intake
from central.pickups import papers
from central.pickups import store as pickups
from central.pickups.rules import Kept, Malformed
from central.pickups.rules import State as Ready
from central.progress import store as progress
from central.scans import store as scans
from central.scans.shelf import Lost
from central.signed_lines.line import Silent
from central.unseal import CannotOpen, open_case, open_scan
from contract import envelope
from contract.catalogue import DEFAULT_LANGUAGE

EVERY_SECONDS = 15.0
KEPT_READY = timedelta(days=90)
CODE_LENGTH = 8

log = structlog.get_logger()


class NotYet(Exception):
    """It cannot be sent now; the message is a key of the pages' words."""


def round_of(centre: Centre) -> None:
    """One round. An office that is silent is asked about nothing more in it."""
    offices = centre.settings.cities.offices
    with centre.database.reading() as connection:
        waiting = store.under_way(connection)
    silent: set[str] = set()
    for away in waiting:
        if away.city not in offices or away.city in silent:
            continue
        try:
            with Office(offices[away.city], _key(centre)) as office:
                told = _sent(centre, office, away) if away.state is State.ASKED else office.query(away.transfer_id)
            ready = _to_print(centre, away, told)
        except (Silent, NotYet) as error:
            trouble = str(error) if isinstance(error, NotYet) else "cities.silent"
            if isinstance(error, Silent):
                silent.add(away.city)
                log.warning("city_silent", transfer=away.transfer_id, why=str(error))
            with centre.database.writing() as connection:
                store.fail(connection, away.transfer_id, trouble, centre.clock())
            continue
        with centre.database.writing() as connection:
            changed = store.hear(connection, away.transfer_id, told, centre.clock())
            if changed and ready is not None:
                pickups.add(connection, ready, papers.sealed(centre, ready.pickup_id, told.result))
        if changed:
            log.info("city_transfer", transfer=away.transfer_id, at=told.at.value)
            centre.live.changed()


def _to_print(centre: Centre, away: Away, told: Told) -> Kept | None:
    """The result as it lies ready for the case's person, at any terminal; one by its id, however often it comes."""
    if not told.result or away.result_by != "print":
        return None
    with centre.database.reading() as connection:
        person = progress.person_of(connection, away.case_id)
        known = progress.known(connection, away.case_id)
    if not person:
        return None
    try:
        file_type = papers.file_type_of(told.result)
    except Malformed:
        raise NotYet("cities.result_bad") from None
    pickup_id, now = f"city-{away.transfer_id}", centre.clock()
    return Kept(
        pickup_id=pickup_id,
        person=person,
        masked_name=known.masked_name,
        title=msgspec.json.encode({DEFAULT_LANGUAGE: f"{known.item_title}（{away.city}）"}).decode(),
        terminal="",
        door=0,
        code=centre.blind.digits("pickup", pickup_id, CODE_LENGTH),
        place="{}",
        document=pickup_id,
        state=Ready.READY,
        until=(centre.today() + KEPT_READY).isoformat(),
        added_by=away.city,
        added_at=now,
        changed_at=now,
        file_type=file_type,
    )


def _key(centre: Centre) -> bytes:
    try:
        return Path(centre.settings.cities.key_file).read_bytes().strip()
    except OSError:
        raise NotYet("cities.no_key") from None


def _sent(centre: Centre, office: Office, away: Away) -> Told:
    """Hand over the case and those of its papers the office lacks, then say that it is all."""
    said, papers = _case(centre, away)
    told = office.hand_over(said)
    if told.at is not At.COMING:
        return told
    for name in told.lacks:
        if name not in papers:
            raise NotYet("cities.scans_missing")
        told = office.hand_scan(_paper(centre, away, name, papers[name]))
    return office.complete(away.transfer_id)


def _case(centre: Centre, away: Away) -> tuple[HandOver, dict[str, str]]:
    """What the office is told, and its papers: name -> material."""
    with centre.database.reading() as connection:
        case = cases.find(connection, away.case_id)
        if case is None:
            raise NotYet("cities.case_gone")
        if scans.lacking(connection, away.case_id):
            raise NotYet("cities.scans_missing")
        wrapped = envelope.decode(intake.raw_of(connection, case.envelope_id))
        papers = {ref.hash: ref.what for ref, _ in scans.refs_of(connection, away.case_id)}
    if wrapped.sealed is None:
        raise NotYet("case.nothing_sealed")
    try:
        content = open_case(centre.fresh_keys(), wrapped.sealed, wrapped.terminal, away.case_id)
    except CannotOpen as error:
        raise NotYet(f"open.{error.key}") from None
    holder = content.holder
    said = HandOver(
        transfer_id=away.transfer_id,
        from_office=centre.settings.hall,
        case_number=case.case_number,
        implementation_code=case.implementation_code,
        item_title=case.item_title,
        name=(holder.name or holder.latin_name) if holder else "",
        id_number=(holder.id_number or holder.pass_number) if holder else "",
        card_kind=holder.card_kind if holder else "none",
        answers=content.answers,
        scans=tuple(papers),
        result_by=away.result_by,
        verified_by=away.by_whom,
    )
    return said, papers


def _paper(centre: Centre, away: Away, name: str, what: str) -> HandScan:
    with centre.database.reading() as connection:
        case = cases.find(connection, away.case_id)
    if case is None:
        raise NotYet("cities.case_gone")
    try:
        raw = centre.scans.read(name)
        content = open_scan(centre.fresh_keys(), raw, case.terminal, away.case_id)
    except Lost:
        raise NotYet("cities.scans_missing") from None
    except CannotOpen as error:
        raise NotYet(f"open.{error.key}") from None
    return HandScan(away.transfer_id, name, what, content)
