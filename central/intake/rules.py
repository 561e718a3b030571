"""What may enter, and what it means: requests, positions, bodies. Pure; nothing is stored here."""

import re
from datetime import date, datetime

import msgspec

from contract.envelope import Envelope
from contract.exchange import PUSH_MAX_ITEMS, EpochAsked, Heartbeat, PushRequest, Sent
from contract.handling import DoneAtOnce
from contract.messages import (
    SCHEMA,
    Body,
    CardLeftBehind,
    CaseFiled,
    CommandDone,
    ComplaintFiled,
    DayClosed,
    DifficultyReported,
    DocumentReported,
    EpochLeft,
    HelpWanted,
    NoticeGiven,
    PaperLeft,
    Purged,
    RatingGiven,
    SettingsRevised,
    SurveyGiven,
    TicketReported,
)
from contract.orders import OrderPlaced
from contract.pages_counted import PagesCounted
from contract.suites import SUITES
from contract.supplements import SupplementGiven
from contract.walks import WalkedThrough

MAX_BODY_BYTES = 512 * 1024
MAX_SEQ = 2**53
MAX_EPOCH = 2**31
OUTCOMES = ("printed", "failed", "uncertain")
_EPOCHS = f"0 to {MAX_EPOCH - 1}"
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,80}\Z")  # not $, which would let a line end follow
_WORD = re.compile(r"[A-Za-z0-9_.:-]{0,80}\Z")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_PUSH = msgspec.json.Decoder(PushRequest)
_HEARTBEAT = msgspec.json.Decoder(Heartbeat)
_TAGS: dict[str, type[msgspec.Struct]] = {
    "case": CaseFiled,
    "ticket": TicketReported,
    "document": DocumentReported,
    "rating": RatingGiven,
    "difficulty": DifficultyReported,
    "card_left": CardLeftBehind,
    "paper_left": PaperLeft,
    "complaint": ComplaintFiled,
    "notice_given": NoticeGiven,
    "survey": SurveyGiven,
    "walk": WalkedThrough,
    "supplement": SupplementGiven,
    "help_wanted": HelpWanted,
    "done_at_once": DoneAtOnce,
    "pages_counted": PagesCounted,
    "order": OrderPlaced,
    "settings_revised": SettingsRevised,
    "day_closed": DayClosed,
    "purged": Purged,
    "command_done": CommandDone,
    "epoch_left": EpochLeft,
}


class Malformed(ValueError):
    """A request that says what it cannot mean; the message names the place and the expected value."""


class Unreadable(ValueError):
    """An envelope that is kept but whose body cannot be judged; the message goes to the quarantine page."""


def read_push(body: bytes) -> PushRequest:
    """The request, checked for what types alone cannot say. Raises Malformed."""
    try:
        request = _PUSH.decode(body)
    except (msgspec.DecodeError, ValueError) as error:
        raise Malformed(str(error)) from None
    _need(_NONCE.match(request.nonce), "$.nonce", "16 to 64 characters of A-Z a-z 0-9 _ -")
    check_run(request)
    return request


def check_run(request: PushRequest) -> None:
    """The same of what it carries, whoever brings it. Raises Malformed."""
    _need(0 <= request.epoch < MAX_EPOCH, "$.epoch", _EPOCHS)
    _need(len(request.items) <= PUSH_MAX_ITEMS, "$.items", f"at most {PUSH_MAX_ITEMS} items")
    for index, item in enumerate(request.items):
        wrong = _wrong(item, request.first_seq + index)
        if wrong is not None:
            raise Malformed(f"Expected {wrong[1]} - at `$.items[{index}].{wrong[0]}`")


def _wrong(item: Sent, seq: int) -> tuple[str, str] | None:
    """Which field cannot be, and what is expected there. It names no place: fifty items are checked in every push."""
    if item.seq != seq:
        return "seq", "consecutive numbers from `first_seq`"
    if not 1 <= seq < MAX_SEQ:
        return "seq", "at least 1"
    if not _ID.match(item.id):
        return "id", "1 to 80 characters of A-Z a-z 0-9 _ . : -"
    if not _HASH.match(item.hash):
        return "hash", "SHA-256 in lower-case hex"
    return None


def read_heartbeat(body: bytes) -> Heartbeat:
    """The heartbeat, checked likewise. Raises Malformed."""
    try:
        found = _HEARTBEAT.decode(body)
    except (msgspec.DecodeError, ValueError) as error:
        raise Malformed(str(error)) from None
    _need(_NONCE.match(found.nonce), "$.nonce", "16 to 64 characters of A-Z a-z 0-9 _ -")
    _need(0 <= found.epoch < MAX_EPOCH, "$.epoch", _EPOCHS)
    if found.link is not None:
        _need(_ID.match(found.link.store), "$.link.store", "1 to 80 characters of A-Z a-z 0-9 _ . : -")
        for name in ("machine", "token", "fresh"):
            value = getattr(found.link, name)
            _need(_WORD.match(value), f"$.link.{name}", "at most 80 characters of A-Z a-z 0-9 _ . : -")
    _need(len(found.version) <= 80 and "\x00" not in found.version, "$.version", "at most 80 characters")
    return found


def read_epoch_asked(body: bytes) -> EpochAsked:
    """What asks for the next epoch, checked likewise. Raises Malformed."""
    try:
        found = msgspec.json.decode(body, type=EpochAsked)
    except (msgspec.DecodeError, ValueError) as error:
        raise Malformed(str(error)) from None
    _need(_NONCE.match(found.nonce), "$.nonce", "16 to 64 characters of A-Z a-z 0-9 _ -")
    _need(0 <= found.left < MAX_EPOCH, "$.left", _EPOCHS)
    _need(_ID.match(found.store), "$.store", "1 to 80 characters of A-Z a-z 0-9 _ . : -")
    for name in ("machine", "why"):
        _need(_WORD.match(getattr(found, name)), f"$.{name}", "at most 80 characters of A-Z a-z 0-9 _ . : -")
    return found


def _need(holds: object, place: str, expected: str) -> None:
    if not holds:
        raise Malformed(f"Expected {expected} - at `{place}`")


def read_body(raw: bytes) -> tuple[Envelope, Body]:
    """What an envelope says. Raises Unreadable with the place."""
    try:
        envelope = msgspec.json.decode(raw, type=Envelope)
    except (msgspec.DecodeError, ValueError) as error:
        raise Unreadable(f"envelope: {error}") from None
    if envelope.suite not in SUITES:
        raise Unreadable(f"suite {envelope.suite!r} is not known here; expected one of {', '.join(SUITES)}")
    if envelope.kind not in _TAGS:
        raise Unreadable(
            f"kind {envelope.kind!r} (schema {envelope.schema}) is not known here; expected {sorted(_TAGS)}"
        )
    try:
        body: Body = msgspec.json.decode(envelope.body, type=Body)
    except (msgspec.DecodeError, ValueError) as error:
        raise Unreadable(
            f"body of kind {envelope.kind!r}, schema {envelope.schema} (known: {SCHEMA}): {error}"
        ) from None
    if not isinstance(body, _TAGS[envelope.kind]):
        raise Unreadable(f"envelope says kind {envelope.kind!r}, its body another")
    _check_body(body)
    return envelope, body


def _check_body(body: Body) -> None:
    for name, value in msgspec.structs.asdict(body).items():
        if isinstance(value, str) and "\x00" in value:
            raise Unreadable(f"`{name}`: holds a zero character")
    match body:
        case CaseFiled():
            _date("business_date", body.business_date)
            _moment("filed_at", body.filed_at)
            for name in ("promise_date", "missing_until"):
                if getattr(body, name) is not None:
                    _date(name, getattr(body, name))
        case TicketReported() | DocumentReported():
            _moment("at", body.at)
            if body.outcome not in OUTCOMES:
                raise Unreadable(f"`outcome`: {body.outcome!r}; expected one of {', '.join(OUTCOMES)}")
        case DayClosed():
            _date("business_date", body.business_date)
            _moment("at", body.at)
        case (
            RatingGiven()
            | DifficultyReported()
            | CardLeftBehind()
            | PaperLeft()
            | ComplaintFiled()
            | NoticeGiven()
            | SurveyGiven()
            | WalkedThrough()
            | SupplementGiven()
            | HelpWanted()
            | DoneAtOnce()
            | PagesCounted()
            | OrderPlaced()
            | SettingsRevised()
            | Purged()
            | CommandDone()
            | EpochLeft()
        ):
            _moment("at", body.at)


def _date(name: str, value: str) -> None:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return
    except ValueError:
        pass
    raise Unreadable(f"`{name}`: {value!r}; expected a date such as 2026-05-01")


def _moment(name: str, value: str) -> None:
    try:
        if datetime.fromisoformat(value).tzinfo is not None:
            return
    except ValueError:
        pass
    raise Unreadable(f"`{name}`: {value!r}; expected ISO 8601 with offset")
