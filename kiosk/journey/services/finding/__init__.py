"""您要办什么: guided to the right item by life events, tags, cities or a question in one's own words (ZZ-12, ZN-12)."""

from kiosk.journey.services.finding.service import opened

__all__ = ["opened"]
