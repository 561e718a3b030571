"""What a guide's badge and number must look like, when it is locked, and which tickets want an escort. Pure."""

import re
from datetime import datetime, timedelta

import msgspec

WRONG_AT_MOST = 5
LOCKED_FOR = timedelta(minutes=10)
_BADGE = re.compile(r"^[A-Z0-9]{4,12}$")
_PIN = re.compile(r"^[0-9]{4,6}$")


class Malformed(ValueError):
    """What is wrong with a form; the message is a key of the words."""


class Guide(msgspec.Struct, frozen=True):
    """One of them. `wrong` counts the numbers that did not fit since the last that did."""

    badge: str
    name: str
    pin_hash: str
    added_by: str
    added_at: datetime
    wrong: int = 0
    locked_until: datetime | None = None
    ended_at: datetime | None = None

    def locked(self, now: datetime) -> bool:
        """Whether no number is tried now."""
        return self.locked_until is not None and now < self.locked_until


class Escort(msgspec.Struct, frozen=True):
    """A ticket of today whose citizen may want somebody to come along to the window, and why."""

    case_id: str
    number: str
    item: str
    item_title: str
    masked_name: str
    terminal: str
    filed_at: str
    helped_by: str
    how: str
    who: str | None = None
    at: datetime | None = None

    @property
    def green(self) -> str:
        """绿色通道: why it was taken up."""
        return str(msgspec.json.decode(self.how).get("green", ""))

    @property
    def agent(self) -> bool:
        """Somebody is here for another."""
        return bool(msgspec.json.decode(self.how).get("agent", False))

    @property
    def checked(self) -> bool:
        """Whether the centre knew the guide's badge when the record was made."""
        return bool(msgspec.json.decode(self.how).get("helped_checked", False))

    @property
    def wanted(self) -> bool:
        """绿色通道 or helped at the terminal: somebody comes along."""
        return bool(self.green or self.helped_by)


def read(form: dict[str, str], by: str, now: datetime) -> tuple[Guide, str]:
    """A new guide, without the hash, and the number. Raises Malformed."""
    badge, name = form.get("badge", "").strip().upper(), " ".join(form.get("name", "").split())[:40]
    pin = form.get("pin", "").strip()
    if not _BADGE.match(badge):
        raise Malformed("guides.badge_wrong")
    if not name:
        raise Malformed("guides.name_missing")
    if not _PIN.match(pin):
        raise Malformed("guides.pin_wrong")
    return Guide(badge, name, "", by, now), pin


def after_wrong(guide: Guide, now: datetime) -> Guide:
    """A number that did not fit: the fifth in a row locks the badge for a while."""
    wrong = guide.wrong + 1
    locked = now + LOCKED_FOR if wrong >= WRONG_AT_MOST else None
    return msgspec.structs.replace(guide, wrong=0 if locked else wrong, locked_until=locked)


def after_right(guide: Guide) -> Guide:
    """A number that fits wipes the slate."""
    return msgspec.structs.replace(guide, wrong=0, locked_until=None)
