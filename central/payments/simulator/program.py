"""The simulated gateway as a program: the merchant's API, a page for the phone, and the faults a line can have.

`POST /_world` with JSON sets the faults: `deaf` (so many requests are dropped unheard), `mute` (so many are heard and
never answered), `seconds` (before every answer), `calls_back` (`once`, `never`, `late`, `twice`), `slow_refunds`,
`settle`; `GET /_world` tells them. Nobody but this machine may.
"""

import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Final

import httpx
import msgspec

from central.payments import protocol
from central.payments.protocol import At, NameOrder, NameSpan, OpenOrder, RefundOrder
from central.payments.simulator.book import Book
from central.signed_lines.program import OtherEnd, Page
from central.signed_lines.protocol import NONCE, SIGNATURE, signature

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


class GatewayProgram(OtherEnd):
    """`key` is the merchant's."""

    def __init__(self, key: bytes, clock: Callable[[], datetime], port: int = 0) -> None:
        super().__init__(key, port, "gateway", protocol.LARGEST)
        self.world: World = World()
        self.book = Book(clock, self.url)

    def before_answering(self) -> None:
        """As slow as the world says."""
        time.sleep(self.world.seconds)

    def shown(self, path: str) -> Page | None:
        """The phone's page, or how the world is."""
        if path == "/_world":
            return 200, "application/json", msgspec.json.encode(self.world)
        asked = self.book.order_of(path.removeprefix("/pay/"))
        if asked is None:
            return 404, "text/plain", "没有这个订单".encode()
        return _page(asked, self.book.query(asked.order_id).at)

    def pressed(self, path: str) -> Page | None:
        """The phone's button."""
        if not path.startswith("/pay/"):
            return None
        asked = self.book.order_of(path.removeprefix("/pay/"))
        return (404, "text/plain", b"") if asked is None else _page(asked, self.pay(asked.order_id), pressed=True)

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
            given = signature(self.key, protocol.NOTIFIED, nonce, body)
            headers = {NONCE: nonce, SIGNATURE: given}
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


def _page(asked: OpenOrder, at: At, *, pressed: bool = False) -> Page:
    pays = at is At.WAITING and not pressed
    body = '<form method="post"><button>确认支付</button></form>' if pays else f"<p>{_SAID[at]}</p>"
    page = _PAGE.format(title=escape(asked.subject), amount=f"{asked.amount_fen / 100:.2f}", body=body)
    return 200, "text/html; charset=utf-8", page.encode()
