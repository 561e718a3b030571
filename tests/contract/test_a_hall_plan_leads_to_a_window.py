"""The plan of a hall: what is wrong in it is one sentence; the way from where one stands."""

import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.hall_drawing import HEIGHT, WIDTH, drawing
from contract.hall_plan import HallPlan, Kind, way
from kiosk import services
from kiosk.sites import plan as plans

FILE = Path(services.__file__).parents[1] / "demo" / "hall.toml"
GOOD = FILE.read_text(encoding="utf-8")
PLAN = msgspec.convert(tomllib.loads(GOOD), HallPlan)
HERE = "GL-01"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('key = "toilet"', 'key = "desk"'), "'desk' stands there twice"),
        (("x = 5.0\ny = 5.0", "x = 500.0\ny = 5.0"), "'toilet' is on no floor"),
        (('floor = "f2"', 'floor = "f9"'), "is on no floor"),
        (('kind = "lift"', 'kind = "rocket"'), "rocket"),
        (("facing = 270.0", "facing = 360.0"), "facing"),
        (('name = { zh-Hans = "洗手间", en = "Toilets" }', 'name = { en = "Toilets" }'), "Chinese text is missing"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in GOOD
    (tmp_path / "hall.toml").write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(ValueError, match=said) as caught:
        plans.load("hall.toml", tmp_path)
    assert "site.plan" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_name_is_no_plan_and_no_file_is_said(tmp_path: Path) -> None:
    assert plans.load("", tmp_path) is None
    with pytest.raises(ValueError, match=r"hall\.toml"):
        plans.load("hall.toml", tmp_path)


def test_every_item_of_a_queue_finds_its_windows() -> None:
    by_name = {item.slug: item for item in services.load().items}
    found = PLAN.serving(by_name["real-estate-transfer"])
    assert found is not None
    assert found.key == "windows-real-estate"
    own = PLAN.serving(by_name["tax-certificate"])
    assert own is not None
    assert own.key == "windows-business", "its own windows before those of its queue"
    assert PLAN.serving(by_name["marriage-record"]) is None


def test_without_a_lift_one_takes_the_stairs_and_without_either_the_floor_is_said() -> None:
    social = PLAN.point("windows-social")
    assert social is not None
    lift = next(point for point in PLAN.points if point.key == "lift")
    rest = tuple(point for point in PLAN.points if point.key != "lift")
    stairs = msgspec.structs.replace(lift, kind=Kind.STAIRS)
    by = way(msgspec.structs.replace(PLAN, points=(*rest, stairs)), HERE, social).by
    assert by == stairs
    bare = way(msgspec.structs.replace(PLAN, points=rest), HERE, social)
    assert (bare.by, bare.side, bare.metres) == (None, "", 0)


@given(st.sampled_from(range(0, 360, 45)))
def test_a_side_turns_with_whoever_reads_the_screen(facing: int) -> None:
    sides = ("ahead", "ahead_left", "left", "behind_left", "behind", "behind_right", "right", "ahead_right")
    turned = tuple(
        msgspec.structs.replace(point, facing=float(facing)) if point.terminals else point for point in PLAN.points
    )
    north = next(point for point in PLAN.points if point.key == "toilet")
    start = next(point for point in PLAN.points if point.terminals)
    straight = msgspec.structs.replace(north, x=start.x, y=5.0)
    plan = msgspec.structs.replace(PLAN, points=tuple(straight if p.key == "toilet" else p for p in turned))
    assert way(plan, HERE, straight).side == sides[facing // 45]


@given(st.text(min_size=1, max_size=30))
def test_a_drawing_is_well_formed_whatever_a_window_is_called(name: str) -> None:
    clean = "".join(letter for letter in name if letter.isprintable()) or "一"
    to = PLAN.point("windows-social")
    assert to is not None
    called = msgspec.structs.replace(to, name={"zh-Hans": clean})
    found = way(PLAN, HERE, called)
    tree = ET.fromstring(drawing(PLAN, found, start_floor=False, language="zh-Hans", here="您在这里"))  # noqa: S314
    assert clean in [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert (tree.get("width"), tree.get("height")) == (str(WIDTH), str(HEIGHT))
