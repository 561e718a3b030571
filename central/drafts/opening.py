"""Opens and keeps what a draft holds: sealed before it lies down, opened only for whoever has shown what it takes."""

import secrets

import msgspec

from central import persons
from central.centre import Centre
from central.drafts import rules, store
from central.drafts.rules import Draft
from central.unseal import CannotOpen
from contract.catalogue import Item
from contract.drafts import DraftContent

PURPOSE = "draft"


def code_of(centre: Centre, draft_id: str) -> str:
    """What stands on the paper and in the QR code."""
    return centre.blind.code(PURPOSE, draft_id, rules.CODE_LENGTH)


def pin_of(centre: Centre, draft_id: str) -> str:
    """What stands beside it and in no QR code."""
    return centre.blind.code("draft pin", draft_id, rules.PIN_LENGTH)


def context(draft_id: str) -> bytes:
    """What a draft is sealed to."""
    return f"suiban draft 1|{draft_id}".encode()


def content(centre: Centre, draft: Draft) -> DraftContent:
    """What it holds. Raises CannotOpen."""
    held = persons.unseal(centre.fresh_keys(), draft.sealed, context(draft.draft_id))
    try:
        return msgspec.json.decode(held, type=DraftContent)
    except (msgspec.DecodeError, ValueError):
        raise CannotOpen("unreadable") from None


def keep(centre: Centre, draft: Draft, held: DraftContent) -> bool:
    """Keep what it has become. False where somebody else was faster."""
    sealed = persons.seal(centre.fresh_keys(), msgspec.json.encode(held), context(draft.draft_id))
    with centre.database.writing() as connection:
        return store.changed(connection, draft, sealed, centre.clock() + rules.KEPT_FOR)


def begin(centre: Centre, item: Item, at: str) -> Draft:
    """A new one, begun on a phone or at a window, that nobody's card was laid for yet."""
    now, draft_id = centre.clock(), f"{at}-{secrets.token_hex(16)}"
    draft = Draft(
        draft_id=draft_id,
        lookup=centre.blind.lookup(PURPOSE, code_of(centre, draft_id)),
        terminal="",
        item=item.slug,
        item_version=item.version,
        person="",
        sealed=persons.seal(centre.fresh_keys(), msgspec.json.encode(DraftContent()), context(draft_id)),
        made_at=now,
        until=now + rules.KEPT_FOR,
        begun_at=at,
    )
    with centre.database.writing() as connection:
        store.keep(connection, draft)
    return draft
