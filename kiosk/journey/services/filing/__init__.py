"""Filing on the terminal (办理): everything from the first plain question to the papers in the hand."""

from kiosk.journey.services.filing.resuming import opened as resumed
from kiosk.journey.services.filing.service import opened

__all__ = ["opened", "resumed"]
