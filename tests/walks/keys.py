"""A citizen with five keys: one who hears and sees nothing, one who sees where the frame stands and hears nothing."""

import re
from typing import Final

from PySide6.QtCore import Qt

from tests.kiosk.services.filing.citizen import HOLDER, OTHER
from tests.walks.mind import FRAME, HELP, Mind, Thing
from tests.walks.senses import CHOSEN, OFF, Eyes, Senses
from tests.walks.stand import Stand

MOST_PAGES: Final = 150
MOST_TRIES: Final = 8
"""Things taken on one page in vain."""
MOST_PRESSES: Final = 160
PATIENCE: Final = 3.5
"""Seconds after which somebody who waits looks again."""
SPELLED: Final = {
    "李": "li", "四": "si", "太": "tai", "慢": "man", "你": "ni", "好": "hao", "五": "wu", "号": "hao", "楼": "lou",
}  # fmt: skip
LAY: Final = "请把身份证放在读卡区"
LAY_FIRST: Final = "请将身份证放在读卡区"
LAY_OTHER: Final = "请放上本人的身份证"
ERASE: Final = "删除"
AFTER, PINYIN = "下一页", "拼音"
_PLACE = re.compile(r"第.{1,8}个，共(.{1,8})个")
_COUNT = "这一页有"
_NEWS = ("请先", "请核对：", "请在框内")
_CHINESE = re.compile(r"[一-鿿]")


class KeyWalk:
    """One citizen, one errand, five keys."""

    def __init__(self, stand: Stand, senses: Senses, mind: Mind) -> None:
        self.stand, self.senses, self.mind = stand, senses, mind
        self.presses = 0
        self._here: list[str] = []
        self._way: list[str] = []
        self._at_top = False
        self._typed = ""
        self._known: list[Thing] = []
        """What is on this page, once one has been round it."""

    def finish(self) -> None:
        """Until the errand is done. Raises AssertionError where it is not."""
        self._came(self.senses.start())
        for _ in range(MOST_PAGES):
            if all(done(self.stand) for done in self.mind.errand.done):
                return
            if self.stand.over or len(self.mind.tried) > MOST_TRIES:
                break
            self._page()
        left = [at for at, done in enumerate(self.mind.errand.done) if not done(self.stand)]
        message = (
            f"{self.mind.errand.name!r}: not done {left}, at {self.stand.place}; last known {self.mind.page!r}; "
            f"way {self._way}; granted {self.mind.granted}; tried {self.mind.tried}; screen: {self.stand.read()}"
        )
        raise AssertionError(message)

    # --- one page ----------

    def _page(self) -> None:
        if self._lays():
            return
        if self.mind.wants_help:
            self.mind.grant(HELP)
            self._came(self._press(Qt.Key.Key_F1))
            return
        things = self._known or self._go_round()
        if things is None:
            return
        self._known = things if len(self.mind.tried) < MOST_TRIES // 2 else []
        text = self.mind.text() if any(one.name == ERASE for one in things) else ""
        if text and self._typed != self.mind.page:
            self._type(text)
            self._typed = self.mind.page
            picked = self.mind.foot(things) or things[-1]
        else:
            chosen = self.mind.otherwise(things)
            if chosen is None:
                self._known = []
                self._came(self.senses.notice(lambda: self.stand.wait(PATIENCE)))
                return
            picked = chosen
        self._towards(picked.name)
        self._ok()

    def _lays(self) -> bool:
        page, stand = self.mind.page, self.stand
        holder = None
        if page.startswith(LAY) or (self.mind.errand.card_first and LAY_FIRST in page and not stand.laid):
            holder = HOLDER
        elif page.startswith(LAY_OTHER):
            holder = OTHER
        if holder is None:
            return False
        self._came(self.senses.notice(lambda: stand.lay(holder)))
        return True

    def _go_round(self) -> list[Thing] | None:
        """Once round the page, from the top to what stands around it. None where a wish was granted on the way."""
        ring: list[tuple[str, Thing]] = []
        from_top = self._at_top
        framed = False
        for _ in range(MOST_PRESSES):
            thing = self._thing(self._press(Qt.Key.Key_Down))
            mark = "\n".join(self._here)
            if framed and ring and mark == ring[0][0]:
                break
            ring.append((mark, thing))
            if wish := self.mind.wish(thing):
                self._way = [one.name for _, one in ring]
                self.mind.grant(wish)
                self._ok()
                return None
            typing = any(len(one.name) == 1 for _, one in ring)
            if from_top and not typing and self.mind.takes_at_once(thing):
                self.mind.tried.append(thing.name)
                self._ok()
                return None
            framed = framed or _is_frame(thing)
            if framed and from_top and not self.mind.wants_frame:
                break
        self._at_top = False
        things = [one for _, one in ring]
        first = next((at for at, one in enumerate(things) if _is_frame(one)), len(things))
        last = max((at for at, one in enumerate(things) if _is_frame(one)), default=len(things))
        content = [*things[last + 1 :], *things[:first]] if not from_top else things[:first]
        self._way = [one.name for one in content]
        return content

    def _thing(self, pieces: list[str]) -> Thing:
        rest = pieces[1:]
        place = next((found for piece in rest if (found := _PLACE.fullmatch(piece))), None)
        of = _count(place[1]) if place else 1
        return Thing(pieces[0] if pieces else "", CHOSEN in rest, OFF in rest, place is not None, of)

    # --- keys ----------

    def _press(self, key: Qt.Key) -> list[str]:
        self.presses += 1
        self.stand.now += 0.5
        self._here = self.senses.press(key)
        return self._here

    def _ok(self) -> None:
        name = self._here[0] if self._here else ""
        self._came(list(self._press(Qt.Key.Key_Return)), than=name)

    def _came(self, pieces: list[str], than: str = "") -> None:
        """What was known after something happened: a page, or news on it, or only what one has chosen."""
        if not pieces or (pieces[0] == than and CHOSEN in pieces):
            return
        counted = any(piece.startswith(_COUNT) for piece in pieces)
        if self._known and len(pieces) == 1 and pieces[0].startswith(_NEWS):
            return  # news on a page one knows already
        self._at_top = counted or isinstance(self.senses, Eyes)  # else what is there is found by going all round
        self._known = []
        self.mind.turned("\n".join(pieces))

    def _towards(self, name: str) -> None:
        """The shorter way, as far as one remembers it."""
        here = self._here[0] if self._here else ""
        way = self._way
        ahead = here in way and name in way and way.index(here) < way.index(name)
        self._go_to(name, Qt.Key.Key_Down if ahead else Qt.Key.Key_Up)

    def _go_to(self, name: str, key: Qt.Key, most: int = MOST_PRESSES) -> None:
        """To what is called so, whichever way it is."""
        for _ in range(most):
            if self._here and self._here[0] == name:
                return
            self._press(key)
        message = f"{name!r} was not come to on {self.stand.place}: {self._way}; screen: {self.stand.read()}"
        raise AssertionError(message)

    # --- typing ----------

    def _type(self, text: str) -> None:
        for letter in text:
            if _CHINESE.match(letter):
                for sound in SPELLED[letter]:
                    self._strike(sound)
                self._find_character(letter)
            else:
                self._strike(self.senses.sound(letter))

    def _strike(self, name: str) -> None:
        self._towards(name)
        self._press(Qt.Key.Key_Return)
        self._here = [name]

    def _find_character(self, character: str) -> None:
        """Above the keys, told apart by a word it stands in; more of them on the next leaf."""
        key = Qt.Key.Key_Up
        for _ in range(2 * MOST_PRESSES):
            pieces = self._press(key)
            name = pieces[0] if pieces else ""
            if name == character or name.startswith(f"{character}，"):
                self._press(Qt.Key.Key_Return)
                return
            if name == PINYIN:
                self._go_to(AFTER, Qt.Key.Key_Down)
                self._press(Qt.Key.Key_Return)
                self._here = [AFTER]
        message = f"{character} was not offered: {self.stand.read()}"
        raise AssertionError(message)


def _count(heard: str) -> int:
    """How many are said: more than nine, or fewer."""
    number = heard.strip()
    return int(number) if number.isascii() else 10 * len(number) if "十" in number else len(number)


def _is_frame(thing: Thing) -> bool:
    return thing.name.startswith(FRAME)
