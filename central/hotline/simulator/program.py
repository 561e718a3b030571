"""The simulated hotline: the line centres speak. `orders` in its world are put in."""

import msgspec

from central.hotline import protocol
from central.hotline.protocol import AskPending, Heard, Orders, PassOn, Status, WorkOrder
from central.signed_lines.program import OtherEnd


class World(msgspec.Struct):
    """What is put in and what goes wrong."""

    orders: tuple[WorkOrder, ...] = ()
    deaf: int = 0
    mute: int = 0


class HotlineProgram(OtherEnd):
    """`key` is shared with the centre."""

    def __init__(self, key: bytes, port: int = 0) -> None:
        super().__init__(key, port, "hotline", protocol.LARGEST)
        self.world: World = World()
        self.orders: dict[str, WorkOrder] = {}
        self.statuses: dict[str, Status] = {}
        """By message id, in the order they were first heard."""
        self.passed_on: dict[str, PassOn] = {}

    def answer(self, path: str, body: bytes) -> msgspec.Struct:
        """What a centre is told. Raises ValueError for what means nothing here."""
        match path:
            case "/pending":
                most = msgspec.json.decode(body, type=AskPending).at_most
                signed = {told.order_number for told in self.statuses.values()}
                return Orders(tuple(one for one in self.orders.values() if one.order_number not in signed)[:most])
            case "/statuses":
                told = msgspec.json.decode(body, type=Status)
                self.statuses.setdefault(told.message_id, told)
                return Heard(told.order_number)
            case "/orders":
                order = msgspec.json.decode(body, type=PassOn)
                self.passed_on.setdefault(order.message_id, order)
                return Heard(f"HL{list(self.passed_on).index(order.message_id) + 1:08}")
            case _:
                raise ValueError(path)

    def change(self, said: bytes) -> None:
        """Another world."""
        self.world = msgspec.json.decode(said, type=World)
        self.orders |= {one.order_number: one for one in self.world.orders}
