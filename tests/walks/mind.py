"""What a citizen does with what they come to: takes what they wish for, types what is asked, goes on with the rest.

Pure of screens: it knows what was heard or read, and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.walks.errands import ID_NUMBER, NAME, Errand

FRAME: Final = ("上一步", "大字与语音", "请人帮我", "办不成事", "繁體", "English", "退出", "返回")
"""What stands around every page: whoever comes to it has been through what the page asks."""
HELP: Final = "请人帮我"
WITHOUT_HANDWRITING: Final = "不能手写"
_NEVER: Final = (
    "保存草稿", "修改", "重拍", "再拍", "全部重拍", "换一种", "重选", "不是我", "用大字", "不用，谢谢", "没带",
    "以后再付", "不付了", "不评价", "不回答", "跳过",
    "我要走绿色", "怎么走", "指路", "打 ", "办完了", "上一页", "下一页", "隔开",
)  # fmt: skip
"""Not taken unless wished for."""
MANY: Final = 12
PAD: Final = ("拼音", "手写", "笔画", "部首", "字母", "数字", "大写", "删除", "清空", "空格")
FACTS: Final = (
    ("身份证号码", ID_NUMBER), ("身份证的号码", ID_NUMBER), ("手机", "13800138000"),
    ("电话", "13800138000"), ("孩子哪一天", "20240105"), ("老人哪一天", "19580312"),
    ("哪一天", "20240105"), ("多少钱", "5000"), ("几个人", "2"), ("档案编号", "A1234567"),
    ("叫什么", NAME), ("哪里", "五号楼"), ("谁来收", NAME), ("号码", "13800138000"),
)  # fmt: skip
"""What a citizen knows about themselves: a word of the question, the answer."""


def first_of(wish: str) -> str:
    """What has to be taken before it; empty for nothing."""
    return wish.rpartition("→")[0]


@dataclass(frozen=True)
class Thing:
    """Something one has come to on a page."""

    name: str
    chosen: bool = False
    off: bool = False
    among: bool = False
    """It is one of several, as a choice is and the button at the foot is not."""
    of: int = 1
    """Of how many."""


@dataclass
class Mind:
    """One citizen on one errand. `sounds` turns written words into what they are heard as."""

    errand: Errand
    page: str = ""
    """All that was heard or read when the page came."""
    granted: list[tuple[str, str]] = field(default_factory=list)
    """Which wish was taken on which page."""
    tried: list[str] = field(default_factory=list)
    """What was taken on this page without a wish."""
    standing: tuple[str, ...] = (WITHOUT_HANDWRITING, "不填，继续")
    """What is taken wherever it is offered."""
    sounds: Callable[[str], str] = lambda text: text

    def turned(self, page: str) -> None:
        """Another page came, or news on this one."""
        if page != self.page:
            self.page = page
            self.tried = []

    def wish(self, thing: Thing) -> str:
        """The wish that this thing grants now; empty for none."""
        if thing.chosen or thing.off:
            return ""
        open_ = (*self._open, *self.standing)
        return next((one for one in open_ if thing.name.startswith(self.sounds(one.rpartition("→")[2]))), "")

    @property
    def wants_help(self) -> bool:
        """Whether the next thing wanted is a person."""
        return self._open[:1] == [HELP]

    @property
    def wants_frame(self) -> bool:
        """Whether what is wanted next stands around the page."""
        return bool(self._open) and self._open[0] in FRAME

    @property
    def _open(self) -> list[str]:
        taken = {wish for wish, _ in self.granted}
        return [one for one in self.errand.wishes if one not in taken and (first_of(one) in {"", *taken})]

    def grant(self, wish: str) -> None:
        """It was taken."""
        if wish not in self.standing:
            self.granted.append((wish, self.page))

    def went_back(self, page: str) -> None:
        """On a page one has come back to, what was taken there may be taken again."""
        self.granted = [one for one in self.granted if one[1] != page]

    def text(self) -> str:
        """What is typed on this page; empty where the citizen has nothing to type."""
        for word, text in (*self.errand.types, *FACTS):
            if word in self.page:
                return text
        return ""

    def foot(self, things: list[Thing]) -> Thing | None:
        """The button at the foot of the page, where it has one."""
        last = [one for one in things if not one.name.startswith(_NEVER)][-1:]
        return last[0] if last and not last[0].among else None

    def takes_at_once(self, thing: Thing) -> bool:
        """Nobody listens to a list of forty when the first will do."""
        many = thing.among and thing.of >= MANY and not thing.chosen and not thing.off
        return many and len(thing.name) > 2 and not thing.name.startswith((*_NEVER, *PAD)) and not self.tried

    def otherwise(self, things: list[Thing]) -> Thing | None:
        """What is taken where nothing is wished for: the button at the foot, or a choice where it wants one first."""
        able = [one for one in things if not one.off]
        foot = self.foot(things)
        main = foot if foot is not None and not foot.off else None
        if main is not None and (not self.tried or self.tried[-1] != main.name):
            self.tried.append(main.name)
            return main
        may = [
            one for one in able
            if one.among and not one.chosen and one.name not in self.tried and not one.name.startswith(_NEVER)
        ]  # fmt: skip
        picked = may[0] if may else main
        if picked is not None:
            self.tried.append(picked.name)
        return picked
