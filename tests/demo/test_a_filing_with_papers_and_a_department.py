"""A filing that needs a camera, a department and a payment, on a whole terminal: from the first plain question to the
centre, every part a real process.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.demo.citizen import Album, Citizen
from kiosk.demo.stage import PanelSize, Stage
from tests.demo.conftest import OFFSCREEN, Visitor
from tests.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): a day in the hall has filings too"
    ),
]
SLUG = "driving-licence-replacement"
ANSWERS = {
    "filing.reach": "option.here",
    "filing.ask.why": "option.expired",
    "filing.ask.years": "option.below",
    "filing.paper.old-licence.ways": "option.scan",
    "filing.delivery": "option.fetch",
}
"""What is touched before the main button, by page."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A terminal with everything fitted."""
    with Stage(tmp_path_factory.mktemp("whole"), panel=PanelSize(), environment=OFFSCREEN, others=True) as running:
        yield running
        bugs = [event for event in running.trail() if event["event"] == "bug_met"]
        assert bugs == [], "the house met a bug of its own"


def page(citizen: Citizen) -> str:
    """The page of the service, or the screen."""
    seen = citizen.look()
    return str(seen.get("page") or seen.get("screen"))


def next_page(citizen: Citizen, before: str) -> str:
    """The page after this one."""
    return until(lambda: (now := page(citizen)) not in (before, "None", "") and now, f"a page after {before}")


def answer(citizen: Citizen, here: str) -> None:
    """What a patient citizen touches on this page."""
    if here in ("saving", "pay.opening", "filing.act"):
        return
    if here in ANSWERS:
        citizen.press(ANSWERS[here])
    if here == "filing.form.mobile":
        for digit in "13800138000":
            citizen.press(f"key.{digit}")
    skips = here == "filing.form.file_number"
    citizen.press("act.skip" if skips else "act.pay.later" if here == "pay.code" else "main")


def test_it_is_kept_with_its_pictures_and_arrives_whole(whole: Stage, tmp_path: Path) -> None:
    with Visitor(whole, Album(tmp_path)) as citizen:
        citizen.await_screen("attract")
        up = {"document_camera", "id_card_reader"}
        until(lambda: up <= {e["device"] for e in whole.trail() if e["event"] == "device_up"}, "camera and reader")
        citizen.press("attract")
        citizen.await_screen("home")
        citizen.press("door.filing")
        citizen.await_screen("browse")
        citizen.turn_to(f"item.{SLUG}")
        citizen.press(f"item.{SLUG}")
        citizen.await_screen("item")
        citizen.press("main")
        here, walked = next_page(citizen, "item"), []
        while here != "result":
            walked.append(here)
            if here == "card":
                whole.reader.ask("put_card", card="resident")
            else:
                answer(citizen, here)
            here = next_page(citizen, here)
        assert "filing.paper.health.seen" in walked
        assert "pay.code" in walked
        whole.reader.ask("lift_card")
    (kept,) = [event for event in whole.trail() if event["event"] == "case_kept"]
    assert kept["item"] == SLUG
    until(
        lambda: whole.ask("central", "counts", "--config", str(whole.centre_config), "--json")["cases"] == 1,
        "the centre has it whole",
    )
