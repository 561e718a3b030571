"""查询, 打印, 即办."""

from kiosk.journey.services.query.service import opened

__all__ = ["opened"]
