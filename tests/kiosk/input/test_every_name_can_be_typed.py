from pathlib import Path

import pytest

from kiosk.input import keys as k
from kiosk.input.composer import PAGE, PAGE_LARGE, Circumstances, Composing, candidates, opening, press
from kiosk.input.keys import Mode
from kiosk.input.tables import Tables, tables

TABLE = (Path(__file__).parent / "names.txt").read_text(encoding="utf-8")
"""Its stroke codes are from another source than the product's table."""
SURNAMES, RARE = (
    [line.split(" ") for line in part.splitlines() if line and not line.startswith("#")]
    for part in TABLE.split("# Rare characters of given names.")
)


class Typist:
    """Presses keys one after the other and keeps what comes out."""

    def __init__(self, pad: str = "name", *, typed: str = "", size: int = PAGE, full: bool = False) -> None:
        self.tables: Tables = tables(full=full)
        self.around = Circumstances(pad, typed, size)
        self.now: Composing = opening(self.around)
        self.typed = typed
        self.touches = 0

    def press(self, *pressed: str) -> None:
        """As a finger would; `Circumstances` follows as the page tells it."""
        for key in pressed:
            done = press(self.now, key, self.around, self.tables)
            self.now, self.typed = done.composing, self.typed + done.typed
            self.around = Circumstances(self.around.pad, self.typed, self.around.page_size)
            self.touches += 1

    def choose(self, text: str, pages: int) -> bool:
        """Turn pages until `text` is there and choose it; whether it was there in time."""
        for _ in range(pages):
            first = self.now.page * self.around.page_size
            page = [one.text for one in candidates(self.now, self.around, self.tables)]
            shown = page[first : first + self.around.page_size]
            if text in shown:
                self.press(f"{k.CHOOSE}{shown.index(text)}")
                return True
            self.press(k.AFTER)
        return False


def _keys(said: str) -> list[str]:
    return [k.APART if letter == "'" else letter for letter in said]


def test_there_are_enough_of_them() -> None:
    assert len(SURNAMES) + len(RARE) >= 200
    assert {"单", "仇", "尉迟", "万俟", "𬭎", "龑", "䶮"} <= {row[0] for row in SURNAMES + RARE}


@pytest.mark.parametrize("size", [PAGE, PAGE_LARGE])
def test_every_surname_is_on_the_first_page_under_its_reading_as_one(size: int) -> None:
    late = []
    for name, said, *_ in SURNAMES:
        typist = Typist(size=size)
        typist.press(*_keys(said))
        if not typist.choose(name, 1 if size == PAGE else 2) or typist.typed != name:
            late.append(name)
    assert late == []


def test_a_rare_character_is_found_by_its_sound_and_how_its_writing_begins() -> None:
    late = []
    for name, said, code in RARE:
        typist = Typist(typed="王")
        typist.press(*_keys(said), *(f"{k.NARROW}{stroke}" for stroke in code[:3]))
        if not typist.choose(name, 2) or typist.typed != f"王{name}":
            late.append(name)
    assert late == []


def test_every_one_of_them_is_found_by_its_strokes() -> None:
    late = []
    for name, _, *codes in SURNAMES + RARE:
        typist = Typist()
        for character, code in zip(name, codes, strict=True):
            typist.press("mode.strokes", *(f"{k.STROKE}{stroke}" for stroke in code))
            if not typist.choose(character, 2):
                late.append(character)
    assert late == []


def test_a_stroke_that_nobody_is_sure_of_is_left_open() -> None:
    typist = Typist()
    typist.press("mode.strokes", *(f"{k.STROKE}{stroke}" for stroke in "1265"))
    assert typist.choose("地", 1)


def test_a_character_is_found_below_its_radical() -> None:
    typist = Typist()
    typist.press("mode.radical")
    for step, pages in (("3", 2), ("氵", 6), ("5", 3), ("波", 30)):
        assert typist.choose(step, pages), step
    assert (typist.now.mode, typist.now.letters, typist.typed) == (Mode.RADICAL, "", "波")


def test_a_dialect_is_understood() -> None:
    for letters, text in (("nanjin", "南京"), ("lanjing", "南京"), ("sanghai", "上海"), ("zongguo", "中国")):
        typist = Typist("text")
        typist.press(*letters)
        assert typist.choose(text, 3), letters


def test_initials_and_whole_sentences_are_enough() -> None:
    for letters, text in (("zg", "中国"), ("sfz", "身份证"), ("woyaobanlishebao", "我要办理社保")):
        typist = Typist("text")
        typist.press(*letters)
        assert typist.choose(text, 1), letters


def test_what_is_left_of_the_letters_stays_to_be_chosen() -> None:
    typist = Typist()
    typist.press(*"ouyangnana")
    assert typist.choose("欧阳", 1)
    assert typist.now.letters == "nana"
    assert typist.choose("娜", 3)
    assert typist.choose("娜", 3)
    assert (typist.typed, typist.now.letters) == ("欧阳娜娜", "")


def test_readers_of_traditional_script_get_their_own_characters_first() -> None:
    typist = Typist(full=True)
    typist.press(*"zhang")
    assert candidates(typist.now, typist.around, typist.tables)[0].text == "張"
    assert typist.choose("張", 1)


def test_a_reading_that_is_none_finds_nothing() -> None:
    """The control: a table that knows everything everywhere would pass all of the above."""
    typist = Typist()
    typist.press(*"dan")
    assert not typist.choose("王", 30)
    assert Typist().choose("单", 1) is False
