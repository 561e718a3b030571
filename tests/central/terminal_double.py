"""A terminal without hardware: makes its keys, files cases, seals, signs and pushes. For any test that needs one."""

import base64
import http.client
import itertools
import json
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from contract import envelope, signing
from contract.catalogue import ItemKind
from contract.envelope import Envelope, Lane, Sealed, WrappedKey, seal_context
from contract.exchange import (
    HEARTBEAT_PATH,
    PUSH_PATH,
    DeviceReport,
    Heartbeat,
    LaneReport,
    PushReply,
    PushRequest,
    Sent,
    ServiceReport,
)
from contract.messages import SCHEMA, Body, CaseContent, CaseFiled, TicketReported
from contract.signing import SignatureInput
from contract.suites import PUBLIC_BYTES, PublicKey, SigningKey, suite

HALL = ZoneInfo("Asia/Shanghai")
TAGS = {"CaseFiled": "case", "TicketReported": "ticket", "RatingGiven": "rating", "DifficultyReported": "difficulty"}
TAGS |= {"DocumentReported": "document", "SupplementGiven": "supplement"}
_serials = itertools.count(1)


def fresh_nonce() -> str:
    return secrets.token_urlsafe(18)


def local_now() -> str:
    return datetime.now(HALL).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Answer:
    """What came back, unread."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def push_reply(self) -> PushReply:
        return msgspec.json.decode(self.body, type=PushReply)


@dataclass
class TerminalDouble:
    """Remembers where each of its lanes is, as a real terminal's outbox does."""

    id: str = "GL-01"
    epoch: int = 1
    key_id: str = ""
    key: SigningKey = field(default_factory=SigningKey.fresh)
    lanes: dict[Lane, list[Sent]] = field(default_factory=lambda: defaultdict(list))

    @property
    def public_key(self) -> str:
        """As `central add-terminal --public-key` takes it."""
        return base64.b64encode(self.key.public).decode()

    def file(self, body: Body, lane: Lane, sealed: Sealed | None = None, record_id: str = "") -> Sent:
        """Put a record at the end of a lane."""
        kind = TAGS.get(type(body).__name__, "card_left")
        return self.file_raw(lane, kind, msgspec.json.encode(body), sealed, record_id)

    def file_raw(
        self,
        lane: Lane,
        kind: str,
        body: bytes,
        sealed: Sealed | None = None,
        record_id: str = "",
        schema: int = SCHEMA,
    ) -> Sent:
        """The same with a body of any shape, as an older or a newer terminal would send it."""
        seq = len(self.lanes[lane]) + 1
        wrapped = Envelope(
            terminal=self.id,
            epoch=self.epoch,
            lane=lane,
            seq=seq,
            id=record_id or secrets.token_hex(16),
            kind=kind,
            schema=schema,
            made_at=local_now(),
            body=msgspec.Raw(body),
            suite=self.key.suite,
            sealed=sealed,
        )
        raw = envelope.encode(wrapped)
        sent = Sent(seq=seq, id=wrapped.id, hash=envelope.content_hash(raw, wrapped.suite), raw=raw)
        self.lanes[lane].append(sent)
        return sent

    def file_case(
        self,
        kind: ItemKind = ItemKind.NUMBER,
        content: CaseContent | None = None,
        keys: dict[str, str] | None = None,
        **changes: Any,  # noqa: ANN401 - any field of CaseFiled
    ) -> CaseFiled:
        """A case like any other, with what should be different; its content sealed if there is one."""
        body = a_case(kind, terminal=self.id, **changes)
        sealed = None if content is None else seal(self.id, body.case_id, content, keys or {})
        self.file(body, Lane.NUMBERS if kind is ItemKind.NUMBER else Lane.CASES, sealed)
        return body

    def file_ticket(self, case: CaseFiled, outcome: str = "printed", reason: str = "") -> TicketReported:
        """What became of the paper of a case."""
        body = TicketReported(case.case_id, f"P{next(_serials):04}", outcome, "paper_seen", reason, local_now())
        self.file(body, Lane.NUMBERS if case.item_kind is ItemKind.NUMBER else Lane.CASES)
        return body

    def request(self, lane: Lane, first: int = 1, count: int = 50, items: Iterable[Sent] | None = None) -> PushRequest:
        """A push of a run of a lane."""
        run = tuple(self.lanes[lane][first - 1 : first - 1 + count]) if items is None else tuple(items)
        return PushRequest(self.id, self.epoch, lane, run[0].seq if run else first, fresh_nonce(), run)

    def heartbeat(self, **changes: Any) -> Heartbeat:  # noqa: ANN401 - any of its fields
        """All is well, unless said otherwise."""
        well: dict[str, Any] = {
            "terminal": self.id,
            "epoch": self.epoch,
            "nonce": fresh_nonce(),
            "at": local_now(),
            "version": "0.1.0",
            "devices": (a_printer(), a_reader()),
            "services": (ServiceReport("real-estate-transfer", open=True),),
            "lanes": tuple(LaneReport(lane, 0) for lane in Lane),
            "unprinted": 0,
        }
        return Heartbeat(**(well | changes))

    def signed(
        self, authority: str, path: str, body: bytes, nonce: str, created: int | None = None, method: str = "POST"
    ) -> dict[str, str]:
        """The headers of a signed request."""
        at = int(time.time()) if created is None else created
        given = SignatureInput(self.key_id or self.id, at, nonce, self.key.suite)
        value = self.key.sign(signing.request_base(method, authority, path, body, given))
        return {"Host": authority, "Content-Type": "application/json", **signing.request_headers(given, value, body)}

    def push(self, url: str, lane: Lane, first: int = 1, count: int = 50) -> PushReply:
        """Push a run and read the answer."""
        return self.send(url, self.request(lane, first, count)).push_reply()

    def send(self, url: str, value: PushRequest | Heartbeat) -> Answer:
        """Sign and post."""
        path = PUSH_PATH if isinstance(value, PushRequest) else HEARTBEAT_PATH
        body = msgspec.json.encode(value)
        return post(url, path, body, self.signed(urlsplit(url).netloc, path, body, value.nonce))


def post(url: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    """One POST on a connection of its own."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def believe(answer: Answer, nonce: str, key_id: str, public_key: str) -> None:
    """Check the centre's signature as a terminal does. Raises BadSignature or AssertionError."""
    found = signing.read_reply_signature(answer.headers["signature-input"], answer.headers["signature"])
    assert (found.input.key_id, found.input.nonce) == (key_id, nonce)
    key = PublicKey(found.input.suite, base64.b64decode(public_key))
    key.verify(signing.reply_base(answer.status, answer.body, found.input), found.value)


def seal(terminal: str, case_id: str, content: CaseContent, keys: dict[str, str]) -> Sealed:
    """Seal as a visit does. `keys` maps key id -> raw public key, base64; their length says of which suite they are."""
    raw = {key_id: base64.b64decode(key) for key_id, key in keys.items()}
    used = suite(next(name for name, size in PUBLIC_BYTES.items() if {len(key) for key in raw.values()} <= {size}))
    context = seal_context(terminal, case_id)
    content_key, nonce = secrets.token_bytes(used.key_bytes), secrets.token_bytes(12)
    wrapped = tuple(WrappedKey(key_id, used.wrap(key, content_key, context)) for key_id, key in raw.items())
    return Sealed(used.id, wrapped, nonce, used.encrypt(content_key, nonce, msgspec.json.encode(content), context))


def a_case(
    kind: ItemKind = ItemKind.NUMBER,
    *,
    terminal: str = "GL-01",
    **changes: Any,  # noqa: ANN401 - any of its fields
) -> CaseFiled:
    """A case nobody has filed yet."""
    serial = next(_serials)
    number = kind is ItemKind.NUMBER
    today = datetime.now(HALL).date().isoformat()
    usual: dict[str, Any] = {
        "case_id": secrets.token_hex(16),
        "case_number": f"610117{terminal[-4:]:0>4}{today.replace('-', '')}{serial:06}X",
        "item_kind": kind,
        "item": "real-estate-transfer" if number else "flexible-employment-insurance",
        "item_version": 1,
        "item_title": "不动产转移登记" if number else "灵活就业人员社会保险登记",
        "implementation_code": "11610117MB2A10002B3002014001003",
        "queue": "A" if number else "B",
        "number": f"{'A' if number else 'B'}1-{serial:03}",
        "business_date": today,
        "filed_at": local_now(),
        "masked_name": "张*",
        "language": "zh-Hans",
        "promise_date": None if number else today,
    }
    return CaseFiled(**(usual | changes))


def a_printer(paper: str = "full", presence: str = "online", fault: str = "") -> DeviceReport:
    online = presence == "online" or "unknown"
    state = {"online": online, "paper": paper, "cover": "closed", "cutter": "ok", "error": "none"}
    return DeviceReport("ticket_printer", "ticket-printer", presence, state, fault, local_now())


def a_reader(presence: str = "online", fault: str = "") -> DeviceReport:
    return DeviceReport("id_card_reader", "id-card-reader", presence, {}, fault, local_now())
