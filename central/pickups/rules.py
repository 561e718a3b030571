"""取件: where a thing lies, who may have it, and what became of it. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Text
from contract.questions import Pickup

DOORS_AT_MOST = 999
TITLE_AT_MOST = 80


class State(StrEnum):
    """待取, 柜门开, 已取, 放回, 卡住, 已退回, 未核对成功."""

    READY = "ready"
    OPENED = "opened"
    TAKEN = "taken"
    LEFT = "left"
    STUCK = "stuck"
    RETURNED = "returned"
    REFUSED = "refused"
    """Who stood there was not seen to be the card's holder: it lies ready as before, and a person looks."""


MOVES = (State.OPENED, State.TAKEN, State.LEFT, State.STUCK, State.REFUSED)
PERSON = "person"
"""Handed out only to who is seen to be the card's holder."""
OVER = (State.TAKEN, State.RETURNED)


class Kept(msgspec.Struct, frozen=True):
    """A thing that lies ready, as the centre holds it. `title` and `place` are JSON of a text by language."""

    pickup_id: str
    person: str
    masked_name: str
    title: str
    terminal: str
    door: int
    code: str
    place: str
    document: str
    state: State
    until: str
    added_by: str
    added_at: datetime
    changed_at: datetime
    proof: str = ""
    file_type: str = ""
    """Of the file that is printed at the terminal; empty for a thing."""
    pages: int = 0

    def told(self) -> Pickup:
        """As its citizen sees it."""
        title, place = (msgspec.json.decode(text, type=Text) for text in (self.title, self.place))
        return Pickup(self.pickup_id, title, self.terminal, self.door, self.until, place, self.document, self.proof)

    @property
    def words(self) -> str:
        """What it is, in Chinese."""
        return msgspec.json.decode(self.title, type=Text)[DEFAULT_LANGUAGE]


class Move(msgspec.Struct, frozen=True):
    """What became of it, as a terminal saw it."""

    pickup_id: str
    terminal: str
    what: str
    at: datetime


class Malformed(ValueError):
    """What a manager typed; the message is a key of the pages' words."""


class Wanted(msgspec.Struct, frozen=True):
    """What a manager puts in."""

    name: str
    id_number: str
    title: str
    title_en: str
    terminal: str
    door: int
    place: str
    until: str
    proof: str


def read_wanted(form: Mapping[str, str], terminals: set[str], today: date, *, printed: bool = False) -> Wanted:
    """What a form means; what is `printed` lies nowhere. Raises Malformed."""
    name, number, title = (" ".join(form.get(key, "").split()) for key in ("name", "id_number", "title"))
    if not name or not number or not title or len(title) > TITLE_AT_MOST:
        raise Malformed("pickups.who_missing")
    door, terminal, place = form.get("door", "") or "0", form.get("terminal", ""), form.get("place", "").strip()
    if not (door.isascii() and door.isdigit() and int(door) <= DOORS_AT_MOST):
        raise Malformed("pickups.door_wrong")
    if printed:
        door, terminal, place = "0", "", ""
    elif (int(door) > 0 and terminal not in terminals) or (int(door) == 0 and not place):
        raise Malformed("pickups.place_missing")
    try:
        until = date.fromisoformat(form.get("until", ""))
    except ValueError:
        raise Malformed("pickups.until_wrong") from None
    if until < today:
        raise Malformed("pickups.until_wrong")
    english = " ".join(form.get("title_en", "").split())[:TITLE_AT_MOST]
    proof = PERSON if form.get("proof") and int(door) > 0 else ""
    return Wanted(name, number, title, english, terminal, int(door), place, until.isoformat(), proof)


def after(before: State, what: State) -> State:
    """Where it stands after a move. Taken is for good; a thing put back, or behind a stuck door, lies ready again."""
    if before in OVER:
        return before
    return State.READY if what in (State.LEFT, State.REFUSED) else what
