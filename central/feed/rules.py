"""What may go down and what it must look like. Pure: times come in."""

import re
import tomllib
from datetime import date, datetime, timedelta
from math import inf
from typing import TypeVar

import msgspec

from central.catalogue_lint import rules as catalogue_lint
from contract import one_sheet
from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.feed import (
    Calendar,
    Command,
    FeedKind,
    Notice,
    SettingsPatch,
    Switch,
)

EVERYBODY = "*"
BODY_LARGEST = 256 * 1024
COMMANDS = ("restart", "suspend", "resume", "close_day")
"""What one person may have one terminal do."""
REMOTE = (*COMMANDS, "reboot")
_DEVICE = re.compile(r"^restart_device:[a-z_]{2,40}$")
MINUTES_AT_MOST = 7 * 24 * 60
TEXT_AT_MOST = 200
SHOWN = (
    *(FeedKind.SWITCH, FeedKind.NOTICE, FeedKind.COMMAND, FeedKind.SETTINGS),
    *(FeedKind.CALENDAR, FeedKind.SITES, FeedKind.TAGS, FeedKind.CATALOGUE),
)
"""The kinds a person directs; the rest other parts of the centre publish by themselves."""

Value = TypeVar("Value")

_SLUG = re.compile(r"^[a-z][a-z0-9-]{1,60}$")
_PLACE = re.compile(r"^[a-z_]+(\.[A-Za-z0-9_-]+)+$")
_KEPT_AT_HOME = ("terminal.", "storage.", "service.", "centre.")
_FROM_AFAR = ("centre.heartbeat_seconds",)


class Invalid(ValueError):
    """One sentence: the place and what was expected there."""


class Draft(msgspec.Struct, frozen=True):
    """Something to publish. `until`: after it the item is neither sent nor kept."""

    audience: str
    kind: str
    key: str
    body: bytes | msgspec.Struct
    by: str = "centre"
    until: datetime | None = None

    def raw(self) -> bytes:
        """The bytes that are signed. Raises Invalid for a body that is too large."""
        found = self.body if isinstance(self.body, bytes) else msgspec.json.encode(self.body)
        if len(found) > BODY_LARGEST:
            raise Invalid(f"{self.kind} {self.key}: {len(found)} bytes; expected at most {BODY_LARGEST}")
        return found


# --- what a person wrote, checked before it is signed ----------


def catalogue_draft(source: str, raw: bytes, by: str) -> Draft:
    """A service item from its TOML. Raises Invalid."""
    _toml(source, raw)
    if grave := catalogue_lint.lint(raw).grave:
        told = "; ".join(f"`{one.place}`: {one.told('en')}" if one.place else one.told("en") for one in grave)
        raise Invalid(f"{source}: {told}")
    item = _convert(source, _toml(source, raw), Item)
    if long := one_sheet.too_long(item):
        most = max(one_sheet.fullest(item, language) for language in long)
        raise Invalid(
            f"{source}: the guide is longer than one sheet of A4 ({', '.join(long)}: {most:.0f} lines); "
            f"expected at most {one_sheet.MOST_LINES:.0f}: shorten conditions, steps or notes"
        )
    return Draft(EVERYBODY, FeedKind.CATALOGUE, item.slug, raw, by)


def withdrawal_draft(slug: str, by: str) -> Draft:
    """Takes a service item away. Raises Invalid."""
    return Draft(EVERYBODY, FeedKind.CATALOGUE, _slug(slug), b"", by)


class _NoticeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    text: dict[str, str]
    from_at: datetime
    until_at: datetime
    terminal: str = EVERYBODY


def notice_draft(source: str, raw: bytes, now: datetime, by: str) -> Draft:
    """A notice from its TOML: `id`, `text`, `from_at`, `until_at`, and `terminal` if it is for one. Raises Invalid."""
    found = _convert(source, _toml(source, raw), _NoticeFile)
    for name, moment in (("from_at", found.from_at), ("until_at", found.until_at)):
        if moment.tzinfo is None:
            raise Invalid(f"{source}: `{name}`: expected a time with offset, e.g. 2026-05-01T08:00:00+08:00")
    if not found.from_at < found.until_at or found.until_at <= now:
        raise Invalid(f"{source}: `until_at`: expected a time after `from_at` and in the future")
    notice = Notice(words(source, "text", found.text), found.from_at.isoformat(), found.until_at.isoformat())
    return Draft(found.terminal, FeedKind.NOTICE, _slug(found.id), notice, by, found.until_at)


def notice_withdrawal_draft(notice_id: str, by: str) -> Draft:
    """Takes a notice away. Raises Invalid."""
    return Draft(EVERYBODY, FeedKind.NOTICE, _slug(notice_id), b"", by)


def switch_draft(item: str, *, on: bool, reason: dict[str, str], by: str, audience: str = EVERYBODY) -> Draft:
    """Switches an item off, with the reason citizens read, or on again. Raises Invalid."""
    said = {} if on else words("the switch", "reason", reason)
    return Draft(audience, FeedKind.SWITCH, item, Switch(_slug(item), on, said), by)


def calendar_draft(source: str, raw: bytes, by: str) -> Draft:
    """The working days of a year from TOML: `year`, `holidays`, `workdays`. Raises Invalid."""
    text = {name: _plain(value) for name, value in _toml(source, raw).items()}
    found = _convert(source, text, Calendar)
    seen: set[str] = set()
    for name, days, weekend in (("holidays", found.holidays, False), ("workdays", found.workdays, True)):
        for text_of_day in days:
            day = _day(source, name, text_of_day, found.year)
            if text_of_day in seen:
                raise Invalid(f"{source}: `{name}`: {text_of_day} stands there twice; expected each day once")
            if (day.weekday() >= 5) is not weekend:
                kind = "a Saturday or Sunday that is worked" if weekend else "a weekday that is free"
                raise Invalid(f"{source}: `{name}`: {text_of_day}; expected {kind}")
            seen.add(text_of_day)
    return Draft(EVERYBODY, FeedKind.CALENDAR, str(found.year), found, by)


def settings_draft(source: str, raw: bytes, terminal: str, by: str) -> Draft:
    """Values for one terminal's kiosk.toml, from TOML of the same shape. Raises Invalid."""
    values: dict[str, str | int | float | bool] = {}
    for place, value in _leaves(_toml(source, raw)):
        if not isinstance(value, str | int | float | bool) or value in {inf, -inf} or value != value:  # noqa: PLR0124 - NaN
            raise Invalid(f"{source}: `{place}`: expected a text, a number, true or false")
        if not _PLACE.match(place):
            raise Invalid(f"{source}: `{place}`: expected a value inside a section of kiosk.toml")
        if place.startswith(_KEPT_AT_HOME) and place not in _FROM_AFAR:
            raise Invalid(
                f"{source}: `{place}`: who a terminal is and which keys it trusts is only said at the terminal"
            )
        values[place] = value
    if not values:
        raise Invalid(f"{source}: expected at least one value, e.g. [patience] with page = 90.0")
    return Draft(terminal, FeedKind.SETTINGS, "kiosk", SettingsPatch(values), by)


def command_draft(
    command_id: str,
    what: str,
    terminal: str,
    minutes: int,
    now: datetime,
    by: str,
    reason: dict[str, str] | None = None,
) -> Draft:
    """Something one terminal does once, within `minutes`. Raises Invalid."""
    if what not in REMOTE and not _DEVICE.match(what):
        raise Invalid(f"command {what!r}: expected one of {', '.join(REMOTE)}, or restart_device: and a device's name")
    if not 1 <= minutes <= MINUTES_AT_MOST:
        raise Invalid(f"minutes: {minutes}; expected 1 to {MINUTES_AT_MOST}")
    expires = now + timedelta(minutes=minutes)
    said = words("the command", "reason", reason or {}) if what == "suspend" else {}
    command = Command(command_id, what, expires.isoformat(timespec="seconds"), by, said)
    # It stays long enough for a terminal that was away to say that it came too late.
    return Draft(terminal, FeedKind.COMMAND, command_id, command, by, expires + timedelta(days=7))


def words(source: str, name: str, found: dict[str, str]) -> dict[str, str]:
    """A text for citizens in its languages. Raises Invalid."""
    said = {language: " ".join(text.split()) for language, text in found.items() if text.strip()}
    if DEFAULT_LANGUAGE not in said:
        raise Invalid(
            f'{source}: `{name}`: the Chinese text is missing; expected "{DEFAULT_LANGUAGE}" among its languages'
        )
    for language, text in said.items():
        if len(text) > TEXT_AT_MOST or not text.isprintable():
            raise Invalid(f"{source}: `{name}`, {language}: expected at most {TEXT_AT_MOST} printable characters")
    return said


def read_toml(source: str, raw: bytes, kind: type[Value]) -> Value:
    """The values of a TOML file. Raises Invalid."""
    return _convert(source, _toml(source, raw), kind)


def _toml(source: str, raw: bytes) -> dict[str, object]:
    try:
        return tomllib.loads(raw.decode())
    except ValueError as error:
        raise Invalid(f"{source}: {error}") from None


def _convert(source: str, values: dict[str, object], kind: type[Value]) -> Value:
    try:
        return msgspec.convert(values, kind)
    except ValueError as error:
        raise Invalid(f"{source}: {error}") from None


def _leaves(values: dict[str, object], above: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in values.items():
        place = f"{above}.{name}" if above else name
        found += _leaves(value, place) if isinstance(value, dict) else [(place, value)]
    return found


def _plain(value: object) -> object:
    """TOML's own dates as text."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _day(source: str, name: str, text: str, year: int) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.isoformat() != text or day.year != year:
        raise Invalid(f"{source}: `{name}`: {text!r}; expected a date of {year} such as {year}-05-01")
    return day


def _slug(text: str) -> str:
    if not _SLUG.match(text):
        raise Invalid(f"{text!r}: expected a name such as real-estate-transfer: a-z, 0-9 and -, from a letter on")
    return text
