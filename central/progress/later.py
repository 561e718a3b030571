"""What came and went after a case was filed: papers brought later, the parcel, each licence of a set."""

from collections.abc import Mapping, Sequence

import msgspec

from central.centre import Centre
from central.database import Transaction
from central.deliveries import rules as posting
from central.deliveries import store as deliveries
from central.licences import store as licences
from central.progress.rules import Known
from central.supplements import rules as bringing
from central.supplements import store as supplements
from contract.catalogue import DEFAULT_LANGUAGE, Item, Text
from contract.questions import CaseStands


def without_brought(connection: Transaction, known: Sequence[Known]) -> list[Known]:
    """The cases with what is missing by now: what was brought and is believed is not."""
    given = supplements.of_cases(connection, [case.case_number for case in known])
    codes = supplements.codes_of(connection, [case.case_id for case in known])
    found = []
    for case in known:
        named = msgspec.json.decode(case.missing, type=list[str])
        still = bringing.still_missing(named, given[case.case_number], codes[case.case_id])
        found.append(msgspec.structs.replace(case, missing=msgspec.json.encode(still).decode()))
    return found


def completed(
    connection: Transaction,
    centre: Centre,
    known: Sequence[Known],
    items: Mapping[str, Item | None],
    told: Sequence[CaseStands],
) -> tuple[CaseStands, ...]:
    """The same cases, in the same order, with what their citizens should know beside."""
    ids = [case.case_id for case in known]
    given = supplements.of_cases(connection, [case.case_number for case in known])
    codes = supplements.codes_of(connection, ids)
    parcels, sets = deliveries.find(connection, ids), licences.of_cases(connection, ids)
    found = []
    for case, one in zip(known, told, strict=True):
        item = items[case.item]
        still = msgspec.json.decode(case.missing, type=tuple[str, ...]) if one.missing else ()
        here = sorted(bringing.brought(given[case.case_number], codes[case.case_id]))
        parcel = parcels.get(case.case_id)
        found.append(
            msgspec.structs.replace(
                one,
                missing_codes=still,
                handed_in=tuple(_name(code, item) for code in here),
                posted=posting.posted(parcel, centre.clock(), centre.settings.zone) if parcel is not None else None,
                licences=licences.told(item, sets.get(case.case_id, {})),
            )
        )
    return tuple(found)


def _name(code: str, item: Item | None) -> Text:
    known = next((one.name for one in item.materials if one.code == code), None) if item is not None else None
    return known or {DEFAULT_LANGUAGE: "补交的材料", "en": "Paper handed in"}
