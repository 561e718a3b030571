import threading
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.input.ink import SQUARE, Ink, Stroke, classes, squared
from kiosk.input.tables import tables
from kiosk.input.zinnia import MOST_POINTS, handwriting, installed, read, thinned
from tests.waiting import until

HAND = {
    "一": "10,50-90,50",
    "二": "25,30-75,30 10,75-90,75",
    "三": "20,20-80,20 25,50-75,50 10,82-90,82",
    "十": "10,45-90,45 50,8-50,95",
    "王": "15,15-85,15 22,48-78,48 50,15-50,85 8,85-92,85",
    "土": "22,35-78,35 50,8-50,85 8,85-92,85",
    "工": "15,18-85,18 50,18-50,85 8,85-92,85",
    "大": "10,38-90,38 50,6-48,45-35,70-10,92 50,40-65,70-92,92",
    "天": "20,18-80,18 10,45-90,45 50,18-48,50-35,72-8,94 50,47-65,72-92,94",
    "人": "50,8-45,40-30,68-8,92 48,35-62,65-92,92",
    "口": "20,22-22,85 20,22-80,22-78,85 22,80-78,80",
    "日": "28,12-28,92 28,12-74,12-74,92 28,50-74,50 28,88-74,88",
    "中": "15,28-18,68 15,28-85,28-82,65 17,62-83,62 50,5-50,97",
    "田": "15,15-15,90 15,15-85,15-85,90 15,52-85,52 50,15-50,88 15,87-85,87",
    "山": "50,8-50,80 15,38-15,82-85,82 85,35-85,85",
    "川": "20,12-18,55-8,90 50,18-50,80 80,10-80,95",
    "上": "50,8-50,85 50,42-80,42 8,85-92,85",
    "下": "8,15-92,15 48,15-48,95 55,40-72,55",
    "小": "50,8-50,88-38,80 28,38-22,58-8,75 68,38-80,55-92,75",
    "水": "50,6-50,90-38,82 12,35-38,35-30,60-8,82 85,22-72,40-56,48 52,45-68,68-94,88",
    "木": "10,32-90,32 50,6-50,95 48,34-35,60-8,84 52,34-66,60-92,84",
    "火": "22,32-28,52 80,28-70,48 50,8-48,50-35,74-10,94 52,55-66,76-92,94",
    "六": "46,5-56,16 10,34-90,34 36,50-26,72-10,90 62,50-76,70-88,90",
    "心": "18,48-8,72 34,35-36,72-50,86-78,82-80,66 50,25-60,45 80,38-92,58",
}


def _ink(drawn: str, scale: int = 4) -> Ink:
    """Points every few pixels between the corners, as a finger leaves them."""
    strokes: list[Stroke] = []
    for stroke in drawn.split(" "):
        corners = [(int(x) * scale, int(y) * scale) for x, y in (corner.split(",") for corner in stroke.split("-"))]
        points = [corners[0]]
        for (x0, y0), (x1, y1) in pairwise(corners):
            points += [(x0 + (x1 - x0) * step // 8, y0 + (y1 - y0) * step // 8) for step in range(1, 9)]
        strokes.append(tuple(points))
    return tuple(strokes)


def _read(drawn: str, scale: int = 4, *, full: bool = False) -> tuple[str, ...]:
    return read(_ink(drawn, scale), tables(full=full), full=full)


@pytest.mark.parametrize("scale", [1, 4, 9])
def test_what_is_written_is_among_the_first_ten(scale: int) -> None:
    found = {text: _read(drawn, scale)[:10] for text, drawn in HAND.items()}
    assert {text: others for text, others in found.items() if text not in others} == {}
    assert len(HAND) >= 20


def test_the_model_knows_most_of_them_alone() -> None:
    """That Zinnia is bound rightly: the table of strokes would hide it if it were not."""
    recogniser = handwriting(full=False)
    assert recogniser is not None
    known = [text for text, drawn in HAND.items() if text in recogniser.recognise(squared(_ink(drawn)), 10)]
    assert len(known) >= 18


def test_a_character_that_no_model_knows_is_read_by_its_strokes() -> None:
    """㐂, of three 七: Extension A."""
    seven = "{0},{2}-{1},{2} {3},{4}-{3},{5}-{1},{5}-{1},{6}"
    parts = (
        seven.format(30, 70, 25, 45, 8, 45, 38),
        seven.format(5, 45, 70, 20, 55, 90, 84),
        seven.format(55, 95, 70, 70, 55, 90, 84),
    )
    assert "㐂" in _read(" ".join(parts))


def test_scribble_is_none_of_them() -> None:
    """The control: a recogniser that says everything would pass."""
    found = _read("10,10-90,90 90,10-10,90 50,5-50,95 5,50-95,50 10,10-90,10 10,90-90,90")[:10]
    assert not set(found) & set(HAND)
    assert read((), tables(full=False), full=False) == ()


def test_the_five_strokes_are_told_apart() -> None:
    strokes = {"1": "10,50-90,48", "2": "50,8-52,92", "3": "70,10-20,90", "4": "45,10-85,90", "5": "10,10-90,10-90,90"}
    for stroke, drawn in strokes.items():
        assert stroke in classes(_ink(drawn, 8)[0])
    assert classes(_ink(strokes["5"], 8)[0]) == "5"


def test_any_ink_is_set_into_the_square() -> None:
    for drawn in ("0,0-0,0", "3,3-4,3", "0,0-9999,10 5,5-5,5"):
        assert all(0 <= place <= SQUARE for stroke in squared(_ink(drawn)) for point in stroke for place in point)


def test_readers_of_traditional_script_are_offered_han_characters_only() -> None:
    found = _read(HAND["口"], full=True)
    assert "口" in found
    assert "ロ" not in found


def test_a_resting_hand_makes_no_more_points_than_are_useful() -> None:
    stroke = tuple((at % 400, at // 400) for at in range(20_000))
    assert len(thinned(stroke)) == MOST_POINTS
    assert (thinned(stroke)[0], thinned(stroke)[-1]) == (stroke[0], stroke[-1])
    assert read((stroke,) * 80, tables(full=False), full=False) is not None


def test_without_library_or_model_it_is_not_offered(tmp_path: Path) -> None:
    assert installed()
    assert not installed(library="libzinnia.so.99")
    assert not installed(models=tmp_path)
    assert handwriting(full=False, library="libzinnia.so.99") is None
    assert handwriting(full=False, models=tmp_path) is None
    (tmp_path / "handwriting-zh_CN.model").write_bytes(b"no model")
    assert handwriting(full=True, models=tmp_path) is None


@pytest.mark.parametrize("full", [False, True])
def test_several_threads_may_ask_at_once(*, full: bool) -> None:
    found: list[tuple[str, ...]] = []
    threads = [threading.Thread(target=lambda: found.append(_read(HAND["中"], full=full))) for _ in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: len(found) == 4, "every thread has its answer")
    assert len(set(found)) == 1
