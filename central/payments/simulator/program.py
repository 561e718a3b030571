"""The simulated gateway as a program: the merchant's API, a page for the phone, and the faults a line can have.

`POST /_world` with JSON sets the faults: `deaf` (so many requests are dropped unheard), `mute` (so many are heard and
never answered), `seconds` (before every answer), `calls_back` (`once`, `never`, `late`, `twice`), `slow_refunds`,
`settle`; `GET /_world` tells them. Nobody but this machine may.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import httpx
import msgspec

from central.payments import protocol
from central.payments.protocol import At, NameOrder, NameSpan, OpenOrder, RefundOrder
from central.payments.simulator.book import Book, OtherAmount

LATE_SECONDS: Final = 3.0
_PAGE: Final = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>模拟支付</title><style>
body{{font:18px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;margin:0;padding:24px;background:#f3f6fb;color:#14213d}}
main{{max-width:26rem;margin:0 auto;background:#fff;border:1px solid #d5deec;border-radius:12px;padding:24px}}
.fen{{font-size:44px;font-weight:700;margin:8px 0}}button{{width:100%;min-height:56px;border:0;border-radius:10px;
background:#0b4ea2;color:#fff;font-size:20px}}.quiet{{color:#3d4a66;font-size:15px}}</style></head><body><main>
<h1 style="font-size:22px;margin:0">{title}</h1><p class="fen">¥ {amount}</p>{body}
<p class="quiet">模拟支付网关，仅用于演示和测试，不发生真实扣款。</p></main></body></html>"""
_SAID: Final = {
    At.PAID: "已支付",
    At.CLOSED: "订单已关闭，没有扣款",
    At.REFUNDING: "退款处理中",
    At.REFUNDED: "已退款",
    At.WAITING: "已超过支付时间",
}


class World(msgspec.Struct):
    """What goes wrong."""

    deaf: int = 0
    mute: int = 0
    seconds: float = 0.0
    calls_back: str = "once"
    slow_refunds: bool = False
    settle: bool = False


@dataclass
class GatewayProgram:
    """`start` it, `url` says where it is, `stop` it. `key` is the merchant's."""

    key: bytes
    clock: Callable[[], datetime]
    port: int = 0
    book: Book = field(init=False)
    world: World = field(default_factory=World)
    _server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        """Bind at once, so that the address is known."""
        program = self

        class Answers(_Answers):
            gateway = program

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Answers)
        self.book = Book(self.clock, self.url)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve on a thread of its own."""
        threading.Thread(target=self.serve, name="gateway", daemon=True).start()

    def serve(self) -> None:
        """Serve here until stopped."""
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def pay(self, order_id: str) -> At:
        """What the phone's button does; the centre is called back as the world says."""
        told = self.book.pay(order_id)
        asked = self.book.opened(order_id)
        if told.at is At.PAID and asked is not None and asked.notify_url:
            threading.Thread(target=self._call_back, args=(asked,), daemon=True).start()
        return told.at

    def _call_back(self, asked: OpenOrder) -> None:
        if self.world.calls_back == "late":
            time.sleep(LATE_SECONDS)
        for _ in range({"never": 0, "twice": 2}.get(self.world.calls_back, 1)):
            body, nonce = msgspec.json.encode(NameOrder(asked.order_id)), secrets.token_urlsafe(18)
            given = protocol.signature(self.key, protocol.NOTIFIED, nonce, body)
            headers = {protocol.NONCE: nonce, protocol.SIGNATURE: given}
            try:
                httpx.post(asked.notify_url, content=body, headers=headers, timeout=5, trust_env=False)
            except httpx.HTTPError:
                return  # a call back is a courtesy

    def answer(self, path: str, body: bytes) -> msgspec.Struct:
        """What a merchant is told. Raises ValueError for what means nothing here."""
        match path:
            case "/orders":
                return self.book.open(msgspec.json.decode(body, type=OpenOrder))
            case "/query":
                return self.book.query(msgspec.json.decode(body, type=NameOrder).order_id)
            case "/close":
                return self.book.close(msgspec.json.decode(body, type=NameOrder).order_id)
            case "/refund":
                return self.book.refund(msgspec.json.decode(body, type=RefundOrder).order_id)
            case "/statement":
                span = msgspec.json.decode(body, type=NameSpan)
                return self.book.statement(datetime.fromisoformat(span.since), datetime.fromisoformat(span.until))
            case _:
                raise ValueError(path)

    def change(self, said: bytes) -> None:
        """Another world."""
        self.world = msgspec.json.decode(said, type=World)
        self.book.slow_refunds = self.world.slow_refunds
        if self.world.settle:
            self.book.settle()


class _Answers(BaseHTTPRequestHandler):
    gateway: GatewayProgram
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing is written."""

    def do_GET(self) -> None:
        """The phone's page, or how the world is."""
        if self.path == "/_world":
            self._say(200, "application/json", msgspec.json.encode(self.gateway.world))
            return
        asked = self.gateway.book.order_of(self.path.removeprefix("/pay/"))
        if asked is None:
            self._say(404, "text/plain", "没有这个订单".encode())
            return
        self._page(asked, self.gateway.book.query(asked.order_id).at)

    def do_POST(self) -> None:
        """The merchant, the phone's button, or whoever plays with the world."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/_world":
            self.gateway.change(body)
            self._say(200, "application/json", b"{}")
        elif self.path.startswith("/pay/"):
            asked = self.gateway.book.order_of(self.path.removeprefix("/pay/"))
            if asked is None:
                self._say(404, "text/plain", b"")
                return
            self._page(asked, self.gateway.pay(asked.order_id), pressed=True)
        else:
            self._merchant(body)

    def _merchant(self, body: bytes) -> None:
        gateway, world = self.gateway, self.gateway.world
        nonce, given = self.headers.get(protocol.NONCE, ""), self.headers.get(protocol.SIGNATURE, "")
        if not protocol.is_signed(gateway.key, self.path, nonce, body, given):
            self._say(401, "text/plain", b"")
            return
        time.sleep(world.seconds)
        if world.deaf > 0:
            world.deaf -= 1
            self.close_connection = True
            return
        try:
            told = msgspec.json.encode(gateway.answer(self.path, body))
        except (OtherAmount, msgspec.DecodeError, ValueError):
            self._say(400, "text/plain", b"")
            return
        if world.mute > 0:
            world.mute -= 1
            self.close_connection = True
            return
        self._say(200, "application/json", told, protocol.signature(gateway.key, self.path, nonce, told))

    def _page(self, asked: OpenOrder, at: At, *, pressed: bool = False) -> None:
        pays = at is At.WAITING and not pressed
        body = '<form method="post"><button>确认支付</button></form>' if pays else f"<p>{_SAID[at]}</p>"
        page = _PAGE.format(title=escape(asked.subject), amount=f"{asked.amount_fen / 100:.2f}", body=body)
        self._say(200, "text/html; charset=utf-8", page.encode())

    def _say(self, status: int, kind: str, body: bytes, signature: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if signature:
            self.send_header(protocol.SIGNATURE, signature)
        self.end_headers()
        self.wfile.write(body)
