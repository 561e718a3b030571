"""预约."""

from kiosk.journey.services.appointment.service import opened

__all__ = ["opened"]
