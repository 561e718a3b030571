"""The line to the 12345 platform."""

from central.hotline.protocol import AskPending, Heard, Orders, PassOn, Status
from central.signed_lines.line import SignedLine


class Hotline(SignedLine):
    """Use as a context manager: leaving it lets go of the line."""

    def __init__(self, url: str, key: bytes) -> None:
        super().__init__(url, key, "12345", "hotline")

    def pending(self) -> Orders:
        """Orders we have not said we received. Raises Silent."""
        return self.ask("/pending", AskPending(), Orders)

    def tell(self, status: Status) -> Heard:
        """How an order stands. Raises Silent."""
        return self.ask("/statuses", status, Heard)

    def pass_on(self, order: PassOn) -> Heard:
        """Something others must answer. Raises Silent."""
        return self.ask("/orders", order, Heard)
