"""A service that is added brings what citizens come to it for, or these tests fail."""

import random
from statistics import pstdev

from PySide6.QtCore import QRectF

from kiosk import services
from kiosk.journey.services import OPENERS
from tests.walks.errands import ERRANDS
from tests.walks.mind import Mind, Thing
from tests.walks.tremor import Aim, Tremor, aim

BESIDE: set[str] = {"rating", "survey"}
"""Courtesies that no name opens: they come by themselves."""
TARGET = QRectF(100, 100, 60, 60)


def without_errand(openers: set[str]) -> set[str]:
    """Services that no errand goes through."""
    return openers - {name for errand in ERRANDS for name in errand.opens}


def test_no_service_is_without_one() -> None:
    assert without_errand(set(OPENERS)) == set()
    assert {name for errand in ERRANDS for name in errand.opens} <= OPENERS.keys() | BESIDE
    assert len({errand.name for errand in ERRANDS}) == len(ERRANDS)


def test_one_that_was_forgotten_is_named() -> None:
    assert without_errand({*OPENERS, "lottery"}) == {"lottery"}


def test_each_offers_what_there_is() -> None:
    known = {item.slug for item in services.load().items}
    assert {slug for errand in ERRANDS for slug in errand.about} <= known


def test_the_same_chance_is_the_same_hand() -> None:
    def touches(seed: int) -> list[Aim]:
        chance = random.Random(seed)
        return [aim(chance, Tremor(), TARGET, [QRectF(170, 100, 60, 60)], 2.0, 120.0, 30.0) for _ in range(400)]

    assert touches(3) == touches(3)
    assert touches(3) != touches(4)
    found = touches(3)
    straight = [one for one in found if not one.missed]
    assert 6.0 < pstdev(one.x - TARGET.center().x() for one in straight) < 10.0, "4 mm at 2 px a mm"
    assert any(one.missed for one in found)
    assert {one.times for one in found} == {1, 2}
    assert any(0 < one.rest < 120 for one in found), "just before the countdown"
    assert any(120 < one.rest < 150 for one in found), "into it, never beyond"


def test_a_citizen_takes_what_they_wish_for_once_and_in_its_order() -> None:
    errand = next(one for one in ERRANDS if one.name == "a time that is given up")
    mind = Mind(errand)
    assert mind.wish(Thing("二手房转移登记")) == "", "only after one's own bookings were asked for"
    mind.grant("我的预约")
    assert mind.wish(Thing("二手房转移登记")) == "我的预约→二手房"
    assert mind.wish(Thing("取消预约", off=True)) == ""
    mind.grant("取消预约")
    assert mind.wish(Thing("取消预约")) == ""


def test_where_nothing_is_wished_for_the_foot_of_the_page_is_tried_first() -> None:
    mind = Mind(ERRANDS[0])
    things = [Thing("自己的房子", among=True, of=2), Thing("租的房子", among=True, of=2), Thing("下一步")]
    taken = [mind.otherwise(things), mind.otherwise(things), mind.otherwise(things)]
    assert [one.name for one in taken if one] == ["下一步", "自己的房子", "下一步"]
