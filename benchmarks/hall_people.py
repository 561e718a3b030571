"""The people and machines of a hall under load: terminals that give numbers, windows that call, screens that show.

A process of its own, each of them a thread with connections of its own. What it measures is written to a file.
"""

import http.client
import json
import re
import secrets
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from contract import signing
from contract.catalogue import ItemKind
from contract.envelope import Envelope, Lane, content_hash, encode
from contract.exchange import PUSH_PATH, PushRequest, Sent
from contract.messages import SCHEMA, CaseFiled, NumberTier
from contract.numbers import NUMBER_PATH, NumberAsked, NumberGiven
from contract.signing import SignatureInput
from contract.suites import INTL, SigningKey

ZONE: Final = ZoneInfo("Asia/Shanghai")
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_CURRENT = re.compile(r'id="current" data-case="([^"]*)">([^<]*)<')
_ACT = re.compile(r'name="act_id" value="([0-9a-z]+)"')


class Plan(msgspec.Struct, frozen=True):
    """What a run is told."""

    url: str
    numbers: int
    pace: float
    """Numbers a second in the whole hall; the next is never taken before the last one's turn."""
    terminals: tuple[tuple[str, bytes], ...]
    """Names and raw private keys."""
    windows: tuple[tuple[str, str], ...]
    """Window ids and who works there."""
    password: str
    screens: tuple[str, ...]
    """Their tokens."""
    out: str


@dataclass
class Tally:
    """What was seen, by whoever saw it; every list belongs to one thread until the end."""

    seconds: list[tuple[str, float]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    called: dict[str, list[float]] = field(default_factory=dict)
    """Number -> when windows had it called: the moment the request went out."""
    seen: dict[str, float] = field(default_factory=dict)
    """Number -> when a screen first had it."""
    finished: int = 0


class Line:
    """One kept connection; what each request took is noted under a name."""

    def __init__(self, url: str, tally: Tally) -> None:
        place = urlsplit(url)
        self.authority = place.netloc
        self._tally = tally
        self._place = (place.hostname or "", place.port or 80)
        self._connection = http.client.HTTPConnection(*self._place, timeout=30)

    def ask(self, name: str, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - status, headers, bytes
        """Status, headers and body. A connection the server has closed is opened again once."""
        began = time.perf_counter()
        try:
            answer = self._once(method, path, body, headers or {})
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            self._connection = http.client.HTTPConnection(*self._place, timeout=30)
            answer = self._once(method, path, body, headers or {})
        self._tally.seconds.append((name, time.perf_counter() - began))
        if answer[0] >= 400:
            self._tally.failed.append(f"{name}: {answer[0]} {answer[2][:200]!r}")
        return answer

    def _once(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()


class Terminal(threading.Thread):
    """Asks for a number, files it, says that its paper came out."""

    def __init__(self, plan: Plan, name: str, key: bytes, turns: "Turns") -> None:
        super().__init__(daemon=True)
        self._plan, self._name, self._turns = plan, name, turns
        self._key = SigningKey(INTL, key)
        self._seq = 0
        self.tally = Tally()

    def run(self) -> None:
        line = Line(self._plan.url, self.tally)
        while self._turns.take():
            self._citizen(line)

    def _citizen(self, line: Line) -> None:
        case_id = secrets.token_hex(16)
        asked = NumberAsked(self._name, secrets.token_urlsafe(18), case_id, "A")
        status, _, raw = self._post(line, "number", NUMBER_PATH, msgspec.json.encode(asked), asked.nonce)
        if status != 200:
            return
        given = msgspec.json.decode(raw, type=NumberGiven)
        items = tuple(self._records(case_id, given))
        push = PushRequest(self._name, 1, Lane.NUMBERS, items[0].seq, secrets.token_urlsafe(18), items)
        self._post(line, "push", PUSH_PATH, msgspec.json.encode(push), push.nonce)

    def _records(self, case_id: str, given: NumberGiven) -> list[Sent]:
        now = datetime.now(ZONE).isoformat(timespec="seconds")
        body = CaseFiled(
            case_id=case_id,
            case_number=f"610117{secrets.token_hex(10)}",
            item_kind=ItemKind.NUMBER,
            item="real-estate-transfer",
            item_version=1,
            item_title="不动产转移登记",
            implementation_code="11610117MB2A10002B3002014001003",
            queue="A",
            number=given.number,
            business_date=given.business_date,
            filed_at=now,
            masked_name="张*",
            language="zh-Hans",
            tier=NumberTier.UPSTREAM,
            green="elder" if secrets.randbelow(7) == 0 else "",
        )
        paper = {
            "kind": "ticket", "case_id": case_id, "print_id": secrets.token_hex(8), "outcome": "printed",
            "evidence": "paper_seen", "reason": "", "at": now,
        }  # fmt: skip
        return [self._sent("case", msgspec.json.encode(body)), self._sent("ticket", msgspec.json.encode(paper))]

    def _sent(self, kind: str, body: bytes) -> Sent:
        self._seq += 1
        now = datetime.now(ZONE).isoformat(timespec="seconds")
        record = secrets.token_hex(16)
        raw = encode(Envelope(self._name, 1, Lane.NUMBERS, self._seq, record, kind, SCHEMA, now, msgspec.Raw(body)))
        return Sent(self._seq, record, content_hash(raw), raw)

    def _post(self, line: Line, name: str, path: str, body: bytes, nonce: str) -> Any:  # noqa: ANN401 - as of `ask`
        given = SignatureInput(self._name, int(time.time()), nonce, self._key.suite)
        value = self._key.sign(signing.request_base("POST", line.authority, path, body, given))
        headers = {"Host": line.authority, "Content-Type": "application/json"}
        return line.ask(name, "POST", path, body, headers | signing.request_headers(given, value, body))


class Turns:
    """Hands out the numbers of the run at its pace."""

    def __init__(self, numbers: int, pace: float) -> None:
        self._left, self._pace = numbers, pace
        self._next = time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Wait for the next turn; False when there is none left."""
        with self._lock:
            if not self._left:
                return False
            self._left -= 1
            at = self._next = max(self._next + 1 / self._pace, time.monotonic())
        time.sleep(max(0.0, at - time.monotonic()))
        return True


class Window(threading.Thread):
    """A person at a window: the page, a key, the page again."""

    def __init__(self, plan: Plan, window: str, who: str, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._plan, self._window, self._who, self._over = plan, window, who, over
        self._headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._csrf = ""
        self.tally = Tally()
        self.ready = threading.Event()

    def run(self) -> None:
        line = Line(self._plan.url, self.tally)
        self._log_in(line)
        self._form(line, "sign", "/window/sign", {"window": self._window, "state": "on"})
        self.tally.seconds.clear()
        self.ready.set()
        page = self._page(line)
        while not self._over.is_set():
            page = self._turn(line, page)

    def _turn(self, line: Line, page: str) -> str:
        """One number from its call to its end, or a short wait where nobody is there."""
        began = time.time()
        self._act(line, page, "next", "")
        page = self._page(line)
        case_id, number = self._at_hand(page)
        if not case_id:
            self._over.wait(0.5 + secrets.randbelow(1000) / 1000)
            return page
        self.tally.called.setdefault(number, []).append(began)
        for do in ("came", "finish"):
            self._over.wait(1.0 + secrets.randbelow(1000) / 1000)
            self._act(line, page, do, case_id)
            page = self._page(line)
        self.tally.finished += 1
        return page

    def _act(self, line: Line, page: str, do: str, case_id: str) -> None:
        shown = _ACT.search(page)
        act_id = (shown[1] if shown else secrets.token_hex(12)) + secrets.token_hex(4)
        self._form(line, "act", "/window/act", {"act_id": act_id, "do": do, "case_id": case_id})

    def _page(self, line: Line) -> str:
        _, _, raw = line.ask("page", "GET", "/window", headers=self._headers)
        return str(raw, "utf-8")

    def _at_hand(self, page: str) -> tuple[str, str]:
        found = _CURRENT.search(page)
        return (found[1], found[2]) if found else ("", "")

    def _form(self, line: Line, name: str, path: str, values: dict[str, str]) -> None:
        body = urlencode(values | {"csrf": self._csrf}).encode()
        _, headers, _ = line.ask(name, "POST", path, body, self._headers)
        no = re.search(r"[?&]no=(\w+)", headers.get("Location", ""))
        if no and no[1] != "nobody":
            self.tally.failed.append(f"{name}: refused, {no[1]}")

    def _log_in(self, line: Line) -> None:
        _, headers, raw = line.ask("login", "GET", "/login")
        token = _TOKEN.search(str(raw, "utf-8"))
        cookie = headers["Set-Cookie"].partition(";")[0]
        values = {"csrf": token[1] if token else "", "name": self._who, "password": self._plan.password}
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        _, headers, _ = line.ask("login", "POST", "/login", urlencode(values).encode(), sent)
        cookies = [one.partition(";")[0] for one in headers.get_all("Set-Cookie", [])]
        self._headers["Cookie"] = next(one for one in cookies if one.startswith("suiban="))
        shown = _TOKEN.search(self._page(line))
        self._csrf = shown[1] if shown else ""


class Screen(threading.Thread):
    """A calling screen: hears that something changed, asks what stands on it now."""

    def __init__(self, plan: Plan, token: str, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._plan, self._token, self._over = plan, token, over
        self.tally = Tally()

    def run(self) -> None:
        place = urlsplit(self._plan.url)
        stream = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=60)
        stream.request("GET", f"/screen/{self._token}/live")
        answer = stream.getresponse()
        line = Line(self._plan.url, self.tally)
        self._look(line)
        event = b""
        while not self._over.is_set():
            told = answer.readline()
            if told.startswith(b"event: "):
                event = told[7:].strip()
                if event == b"changed":
                    self._look(line)
            elif told.startswith(b"data: ") and event == b"calls":
                self._see(told[6:])

    def _look(self, line: Line) -> None:
        _, _, raw = line.ask("screen", "GET", f"/screen/{self._token}/state")
        self._see(raw)

    def _see(self, raw: bytes) -> None:
        now = time.time()
        for call in json.loads(raw).get("calls", []):
            self.tally.seen.setdefault(call["number"], now)


def run(plan: Plan) -> dict[str, Any]:
    """The whole day of the hall; what everybody saw."""
    over, turns = threading.Event(), Turns(plan.numbers, plan.pace)
    windows = [Window(plan, window, who, over) for window, who in plan.windows]
    for window in windows:
        window.start()
        window.ready.wait(30)  # one after the other: passwords are hashed slowly on purpose
    screens = [Screen(plan, token, over) for token in plan.screens]
    terminals = [Terminal(plan, name, key, turns) for name, key in plan.terminals]
    began = time.monotonic()
    for thread in (*screens, *terminals):
        thread.start()
    for terminal in terminals:
        terminal.join()
    given = time.monotonic() - began
    deadline = time.monotonic() + 120
    while sum(window.tally.finished for window in windows) < plan.numbers and time.monotonic() < deadline:
        time.sleep(0.2)
    seconds = time.monotonic() - began
    time.sleep(2)
    over.set()
    for thread in (*windows, *screens):
        thread.join(70)
    tallies = [one.tally for one in terminals] + [one.tally for one in windows] + [one.tally for one in screens]
    called: dict[str, list[float]] = {}
    for tally in tallies:
        for number, times in tally.called.items():
            called.setdefault(number, []).extend(times)
    return {
        "requests": [pair for tally in tallies for pair in tally.seconds],
        "failed": [line for tally in tallies for line in tally.failed][:50],
        "called": called,
        "seen": [screen.tally.seen for screen in screens],
        "finished": sum(window.tally.finished for window in windows),
        "seconds_to_give": given,
        "seconds": seconds,
    }


if __name__ == "__main__":
    told = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    Path(told.out).write_bytes(msgspec.json.encode(run(told)))
