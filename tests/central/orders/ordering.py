"""Service orders as terminals send them, and staff who answer them."""

from datetime import timedelta

import msgspec

from contract.envelope import Lane
from contract.orders import OrderContent, OrderPlaced, OrdersAsked, OrdersFound, OrderStands, Wish
from tests.central.conftest import Running
from tests.central.services import put
from tests.central.terminal_double import TerminalDouble, local_now, seal

NAME, MOBILE, HOUSE, ID_NUMBER = "张三", "13812345678", "朱雀大街示例路 8 号", "610117199001011234"
SECRETS = (NAME, MOBILE, HOUSE, ID_NUMBER)


def placed(number: str = "FW261122ABCD2345", **changes: object) -> OrderPlaced:
    """Somebody old wants to be visited."""
    order = OrderPlaced(
        order_id=f"o-{number}",
        number=number,
        code="H7K2QX",
        wish=Wish.HOME,
        at=local_now(),
        language="zh-Hans",
        item="residence-permit",
        item_title="居住证办理",
        reason="elder",
        day="2026-11-25",
        slot="09:00–11:30",
        area="610116001",
        area_name="长安区韦曲街道",
        bring=("居民身份证", "住址证明"),
        named=True,
        masked_contact="张* 138****5678",
    )
    return msgspec.structs.replace(order, **changes)


def content(**changes: str) -> OrderContent:
    """What is sealed."""
    known = {"name": NAME, "mobile": MOBILE, "address": f"陕西省西安市长安区{HOUSE}", "id_number": ID_NUMBER}
    return OrderContent(**(known | changes))


def send(running: Running, terminal: TerminalDouble, order: OrderPlaced, said: OrderContent) -> None:
    """As a terminal does: sealed, in its lane, judged."""
    sealed = seal(terminal.id, order.order_id, said, running.sealing())  # type: ignore[arg-type]
    terminal.file_raw(Lane.RATINGS, "order", msgspec.json.encode(order), sealed, order.order_id)
    running.push(terminal, Lane.RATINGS, len(terminal.lanes[Lane.RATINGS]))
    running.judged()


def post(running: Running, path: str, **form: str) -> int:
    """A form of whoever is logged in."""
    return running.client.post(path, data={"csrf": running.csrf()} | form, follow_redirects=False).status_code


def asked(running: Running, order: OrderPlaced) -> OrderStands:
    """As the citizen hears it by number and code."""
    found = put(running, OrdersAsked("", order.number, order.code.lower()))
    assert isinstance(found, OrdersFound)
    (one,) = found.orders
    return one


def enter_agent(running: Running, number: str = "D-07", **changes: str) -> str:
    """Somebody is on the roster; the id."""
    form = {"number": number, "name": f"李{number}", "post": "full", "phone": "0591-87654321", "unit": "政务大厅"}
    assert post(running, "/agents", **(form | changes)) == 303
    return next(str(row[0]) for row in running.query("SELECT agent_id, number FROM agents") if row[1] == number)


def tomorrow(running: Running) -> str:
    """A day a copy may be made for."""
    return (running.centre.today() + timedelta(days=1)).isoformat()
