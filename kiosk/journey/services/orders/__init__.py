"""代办, 延时 and 上门 asked for at the terminal; and how orders and projects stand."""

from kiosk.journey.services.orders.service import opened
from kiosk.journey.services.orders.tracking import opened as tracked

__all__ = ["opened", "tracked"]
