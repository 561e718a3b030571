"""A draft becomes a case at the window: through the same door as every other case, once, under a number of its own.

The window is a source of records like a terminal is: its envelope is kept, judged and shown the same way, and nobody
can tell later that it took another road.
"""

from datetime import datetime

import msgspec
from stdnum.iso7064 import mod_37_36

from central import persons
from central.centre import Centre
from central.database import Transaction
from central.drafts import store
from central.drafts.rules import Draft
from central.intake import store as intake
from central.masking import masked_name
from central.orders import store as orders
from contract import envelope
from contract.catalogue import DEFAULT_LANGUAGE, Item, Material, TimeLimit, Unit, say
from contract.drafts import DraftContent
from contract.envelope import Envelope, Lane, Sealed, content_hash, seal_context
from contract.messages import SCHEMA, CaseContent, CaseFiled, Holder, NumberTier
from contract.offering import holds

WINDOW = "window"
"""Its name where a terminal's would stand."""
NUMBER_AS = "W001"
"""The four characters of a terminal in its case numbers."""
EPOCH = 1
_SERIALS = 1_000_000


class Handed(msgspec.Struct, frozen=True):
    """What staff have before them: whose it is, and the codes of the papers that lie there."""

    name: str
    id_number: str
    papers: frozenset[str]


def materials(item: Item, told: dict[str, str]) -> tuple[Material, ...]:
    """What is needed for these answers."""
    return tuple(one for one in item.materials if one.required and one.code and holds(one.when, told))


def lacking(item: Item, told: dict[str, str], handed: Handed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of main papers that are not there - then nothing is filed - and of those that may come later."""
    out = [one for one in materials(item, told) if one.code not in handed.papers and "card" not in one.instead]
    main = tuple(one.code for one in out if one.main or item.tolerance is None)
    return main, tuple(one.code for one in out if one.code not in main)


def case_number(district: str, day: str, serial: int) -> str:
    """办件编号: 区划 6 + window 4 + yyyymmdd 8 + serial 6 + check character of ISO 7064 MOD 37,36."""
    text = f"{district}{NUMBER_AS}{day.replace('-', '')}{serial % _SERIALS:06d}"
    return text + str(mod_37_36.calc_check_digit(text))


def file(centre: Centre, draft: Draft, item: Item, held: DraftContent, handed: Handed) -> str:
    """File it; the case's id. Filed twice it is one case: the draft can only become one."""
    now = centre.clock()
    case_id = f"{WINDOW}-{draft.draft_id}"
    with centre.database.writing() as connection:
        lane = (WINDOW, EPOCH, Lane.CASES.value)
        seq = intake.lock_marks(connection, [lane])[lane] + 1
        day = centre.today().isoformat()
        number = case_number(item.implementation_code[2:8], day, seq)
        if not store.became(connection, draft.draft_id, number):
            return case_id
        missing = lacking(item, dict(held.told), handed)[1]
        body = _body(connection, centre, case_id, number, draft, item, handed, missing, seq)
        content = CaseContent(_holder(handed), dict(held.told))
        raw = _wrapped(centre, body, content, seq, now)
        row = {"id": case_id, "terminal": WINDOW, "epoch": EPOCH, "lane": Lane.CASES.value, "seq": seq}
        found = {"hash": content_hash(raw), "raw": raw, "received_at": now, "judged_at": None, "trouble": None}
        intake.add(connection, [row | found])
        intake.raise_marks(connection, {lane: seq})
    centre.commit.wake()
    centre.live.changed()
    return case_id


def _body(  # noqa: PLR0913, PLR0917 - all that a case says of itself
    connection: Transaction,
    centre: Centre,
    case_id: str,
    number: str,
    draft: Draft,
    item: Item,
    handed: Handed,
    missing: tuple[str, ...],
    serial: int,
) -> CaseFiled:
    local = centre.clock().astimezone(centre.settings.zone)
    worktime = orders.worktime(connection, centre.clock())
    plain = local.replace(tzinfo=None)
    due = worktime.due(plain, item.promised_limit)
    days = item.tolerance.working_days if item.tolerance is not None else 0
    until = worktime.due(plain, TimeLimit(days, Unit.WORKING_DAY)).at if missing and days else None
    return CaseFiled(
        case_id=case_id,
        case_number=number,
        item_kind=item.kind,
        item=item.slug,
        item_version=item.version,
        item_title=say(item.title, DEFAULT_LANGUAGE),
        implementation_code=item.implementation_code,
        queue=item.queue,
        number=f"{item.queue}W-{serial:03d}",
        business_date=f"{local:%Y-%m-%d}",
        filed_at=local.isoformat(timespec="seconds"),
        masked_name=masked_name(handed.name),
        language=DEFAULT_LANGUAGE,
        promise_date=f"{due.at:%Y-%m-%d}" if due.at else None,
        promise_certain=due.certain,
        tier=NumberTier.LOCAL,
        missing=missing,
        missing_until=f"{until:%Y-%m-%d}" if until else None,
        draft=draft.draft_id,
    )


def _holder(handed: Handed) -> Holder:
    return Holder("resident", handed.name, handed.id_number, "", "", None, "", "", None, None)


def _wrapped(centre: Centre, body: CaseFiled, content: CaseContent, seq: int, now: datetime) -> bytes:
    """The envelope: what is personal sealed to this centre's keys, as a terminal would."""
    sealed = persons.seal(centre.fresh_keys(), msgspec.json.encode(content), seal_context(WINDOW, body.case_id))
    wrapped = Envelope(
        terminal=WINDOW,
        epoch=EPOCH,
        lane=Lane.CASES,
        seq=seq,
        id=body.case_id,
        kind="case",
        schema=SCHEMA,
        made_at=now.astimezone(centre.settings.zone).isoformat(timespec="seconds"),
        body=msgspec.Raw(msgspec.json.encode(body)),
        sealed=msgspec.msgpack.decode(sealed, type=Sealed),
    )
    return envelope.encode(wrapped)
