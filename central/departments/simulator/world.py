"""How the simulated departments are now, and what they answer."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import msgspec

from central.departments.simulator import offices, parcels
from central.departments.simulator.ledger import Ledger
from central.departments.simulator.offices import No, Office
from central.departments.simulator.people import Known

EVERYBODY: Final = "*"
NONSENSE: Final = ("html", "other_person", "old", "form", "cut", "reason")
"""What a department that is wrong may say: a page instead of data, somebody else's, last year's, another form, half of
it, a refusal nobody knows.
"""
_ZONE: Final = timedelta(hours=8)


class Said(msgspec.Struct, frozen=True):
    """What a department hears; as `central.departments.line.ToSay`, written here again: the other end is another's."""

    request_id: str
    item: str
    purpose: str
    consent: str
    person: dict[str, str]
    args: dict[str, str]
    declared: dict[str, Any] = {}


class Mode(msgspec.Struct, frozen=True):
    """`mode` is up, slow, down (503), gone (no answer at all), lost (what is asked is done, and nobody hears of it) or
    wrong; `how` is the nonsense, in turn where empty.
    """

    mode: str = "up"
    seconds: float = 0.0
    how: str = ""


class World:
    """Used by many threads."""

    def __init__(self, today: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = today
        self._lock = threading.Lock()
        self._modes: dict[str, Mode] = {}
        self._names: dict[str, str] = {}
        self._kept: dict[str, bytes] = {}
        """Request id -> what was said: an act is done and a document written once."""
        self._turn = count()
        self.arrived = 0
        """Calls of any outcome, counted as they come in."""
        self.heard: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        """How many times each act really happened, by request id."""
        self.signed: dict[str, dict[str, Any]] = {}
        """What was declared for an act, by request id, as a department files it."""
        self.asked: list[dict[str, str]] = []
        """Item, purpose and consent of every call, as a department's own log has them."""
        ledger = Ledger()
        self._offices: dict[str, dict[str, Office]] = _offices(ledger)
        self._acts = {"claim", "remote_filing", "withdraw", "settle", "endorse", "pay_bill"}

    def change(self, wanted: dict[str, Any]) -> None:
        """`{"department": "tax" or "*", "mode": …, "seconds": …, "how": …}` and `{"names": {id number: name}}`."""
        with self._lock:
            self._names |= wanted.get("names", {})
            if "mode" in wanted:
                chosen = wanted.get("department", EVERYBODY)
                mode = Mode(wanted["mode"], float(wanted.get("seconds", 0.0)), wanted.get("how", ""))
                for name in self._offices if chosen == EVERYBODY else [chosen]:
                    self._modes[name] = mode

    def told(self) -> dict[str, Any]:
        """For tests and the demonstration's dock."""
        with self._lock:
            modes = {name: self._modes.get(name, Mode()).mode for name in self._offices}
            counted = {"arrived": self.arrived, "heard": dict(self.heard), "done": dict(self.done)}
            return {"modes": modes, **counted, "asked": list(self.asked), "signed": dict(self.signed)}

    def mode(self, department: str) -> Mode:
        """How it is now."""
        with self._lock:
            return self._modes.get(department, Mode())

    def answer(self, department: str, call: str, body: bytes) -> bytes | None:
        """The answer; None: there is no such thing here. Sleeps where the department is slow."""
        office = self._offices.get(department, {}).get(call)
        mode = self.mode(department)
        if call != "alive":
            with self._lock:
                self.arrived += 1
        if mode.mode == "slow":
            time.sleep(mode.seconds)
        if call == "alive" and department in self._offices:
            echo = msgspec.json.decode(body).get("echo", "")
            return msgspec.json.encode({"department": department, "echo": "?" if mode.mode == "wrong" else echo})
        if office is None:
            return None
        said = msgspec.json.decode(body, type=Said)
        if mode.mode == "wrong":
            return self._nonsense(said, mode.how or NONSENSE[next(self._turn) % len(NONSENSE)])
        return self._right(department, call, office, said)

    def _right(self, department: str, call: str, office: Office, said: Said) -> bytes:
        with self._lock:
            self.heard[f"{department}/{call}"] += 1
            self.asked.append({"item": said.item, "purpose": said.purpose, "consent": said.consent, "call": call})
            if said.declared:
                self.signed[said.request_id] = said.declared
            now, number = self._now(), said.person["id_number"]
            key = f"{department}/{call}/{number}/{said.request_id}"
            if key in self._kept:
                return self._kept[key]
            who = Known(number, (now + _ZONE).date())
            name = self._names.get(number) or _as_kept(said.person["name"])
            if call in self._acts and self._names.get(number, said.person["name"]) != said.person["name"]:
                return msgspec.json.encode({"ok": False, "reason": "name_differs"})
            try:
                data = office(who, said.args, name, said.request_id)
            except No as no:
                return msgspec.json.encode({"ok": False, "reason": no.reason})
            answer = msgspec.json.encode(
                {
                    "ok": True,
                    "as_of": now.isoformat(timespec="seconds"),
                    "holder": {"name": name, "id_number": number},
                    "data": data,
                }
            )
            self._kept[key] = answer
            if call in self._acts:
                self.done[said.request_id] += 1
            return answer

    def _nonsense(self, said: Said, how: str) -> bytes:
        holder = {"name": said.person["name"], "id_number": said.person["id_number"]}
        good: dict[str, Any] = {"ok": True, "as_of": self._now().isoformat(), "holder": holder, "data": {}}
        match how:
            case "html":
                return "<html><body>系统维护中</body></html>".encode()
            case "other_person":
                return msgspec.json.encode(good | {"holder": holder | {"id_number": "610117199912319999"}})
            case "old":
                old = self._now() - timedelta(days=400)
                return msgspec.json.encode(good | {"as_of": old.isoformat()})
            case "cut":
                return msgspec.json.encode(good)[:-9]
            case "reason":
                return msgspec.json.encode({"ok": False, "reason": "E-0x80"})
            case _:
                return msgspec.json.encode(good | {"data": {"kinds": "参保", "balance": -1, "units": None}})


def _as_kept(name: str) -> str:
    """As registers write names: another middle dot, a private-use code for what GB 18030-2000 had no place for."""
    return name.replace("·", "•").replace("䶮", "\ue863")


def _offices(ledger: Ledger) -> dict[str, dict[str, Office]]:
    o = offices
    social: dict[str, Office] = {"insured": o.insured, "benefits": o.benefits, "insured_certificate": o.insured}
    medical: dict[str, Office] = {"account": o.medical_account, "insured_voucher": o.voucher, "filings": o.filings}
    estate: dict[str, Office] = {"registered": o.registered, "housing": o.registered, "contracts": o.contracts}
    fund: dict[str, Office] = {"account": o.fund, "withdrawal": o.fund, "deposit_certificate": o.fund}
    return {
        "social_security": social,
        "medical_insurance": medical
        | {"remote_filing": o.remote_filing, "settlement": ledger.settlement, "claim": ledger.claim},
        "provident_fund": fund | {"withdraw": o.withdraw},
        "real_estate": estate | {"no_house": o.no_house, "register_extract": o.extract, "sale_contract": o.contracts},
        "tax": {"paid": o.tax_paid, "tax_certificate": o.tax_certificate, "social_payments": o.social_payments},
        "traffic_police": {"violations": ledger.violations, "licence": ledger.licence, "settle": ledger.settle},
        "exit_entry": {"permit": o.permit, "endorse": o.endorse},
        "id_card": {"ready": o.card_ready},
        "utilities": {"bills": ledger.bills, "pay_bill": ledger.pay_bill},
        "civil_affairs": {"marriage": o.marriage},
        "courier": {"track": parcels.track},
        "market_regulation": dict.fromkeys(("business_licence", "food_record", "seal_record"), parcels.business),
    }
