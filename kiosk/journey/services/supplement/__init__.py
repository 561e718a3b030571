"""补交材料: what was missing is handed in at any terminal, online or not; and the list of what may come later."""

from kiosk.journey.services.supplement.service import opened

__all__ = ["opened"]
