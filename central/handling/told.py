"""What a case's citizen is told of how it is handled, in words. Pure."""

from collections.abc import Mapping
from typing import Final

import msgspec

from contract.catalogue import Text
from contract.handling import CorrectionTold, RefusalTold
from contract.routes import Decision, Reason, Route

ROUTES: Final[Mapping[Route, Text]] = {
    Route.NOW: {"zh-Hans": "立即办", "en": "Done at once"},
    Route.PARALLEL: {"zh-Hans": "并联办", "en": "Done in parallel"},
    Route.BOOK: {"zh-Hans": "预约办", "en": "Follow-up by appointment"},
    Route.FIRM: {"zh-Hans": "坚决办", "en": "Done by the promised day"},
    Route.NOTICE: {"zh-Hans": "书面告知", "en": "Notice in writing"},
}
REASONS: Final[Mapping[Reason, Text]] = {
    Reason.COMPLETE: {"zh-Hans": "手续材料齐全", "en": "everything needed is there"},
    Reason.AT_ONCE: {"zh-Hans": "属于即办件", "en": "it is of the kind that is done on the spot"},
    Reason.SEVERAL: {"zh-Hans": "涉及几个事项，同时办理", "en": "several matters are done at the same time"},
    Reason.OTHER_CITY: {"zh-Hans": "由外地部门办理，本地收件和跟踪", "en": "another city decides, this office follows"},
    Reason.MISSING: {"zh-Hans": "还有材料要补，约好时间后续办理", "en": "papers are to be brought: a time is arranged"},
    Reason.PROMISED: {"zh-Hans": "符合政策，在承诺期限内办结", "en": "policy allows it: decided by the promised day"},
    Reason.AGAINST_POLICY: {"zh-Hans": "不符合规定的条件，已书面告知理由和改进办法",
                            "en": "the conditions are not met: reason and remedy were given in writing"},
}  # fmt: skip
_BY: Final[Mapping[str, Text]] = {
    "post": {"zh-Hans": "邮寄到您申报时填的地址", "en": "by post to the address given when it was filed"},
    "locker": {
        "zh-Hans": "从哪里交的从哪里取：{terminal} 的取件柜",
        "en": "where it was filed: the locker of {terminal}",
    },
}
_BACK: Final[Mapping[str, Text]] = {
    "terminal": {"zh-Hans": "从哪里来回哪里：凭身份证在自助终端取件", "en": "where it came in: at a terminal, by card"},
    "window": {"zh-Hans": "从哪里来回哪里：凭身份证到原窗口领取", "en": "where it came in: at the window, by card"},
    "phone": {"zh-Hans": "从哪里来回哪里：在手机上看，或到自助终端取", "en": "on the phone, or at a terminal"},
}  # fmt: skip


class Handled(msgspec.Struct, frozen=True):
    """What is known of the handling of one case. `unit` has it now; empty while the office that took it in has it."""

    corrections: tuple[CorrectionTold, ...] = ()
    refusal: RefusalTold | None = None
    decided: Decision | None = None
    unit: str = ""
    promise: str | None = None
    """The promised day where special procedures have moved it; None where none did."""
    days_left: int | None = None
    """Working days until it."""
    paused: str = ""
    """Why the clock stands; empty where it runs."""
    signing: bool = False
    """It waits for a signature: its citizen need not come."""
    asked_leader: bool = False
    """A window could not decide and asked a leader."""


def way(decision: Decision) -> Text:
    """The ways of a case, the main one first."""
    routes = (decision.route, *decision.also)
    return {
        "zh-Hans": "，".join(ROUTES[one]["zh-Hans"] for one in routes),
        "en": ", ".join(ROUTES[one]["en"] for one in routes),
    }


def why(decision: Decision) -> tuple[Text, ...]:
    """The reasons, in words."""
    return tuple(REASONS[one] for one in decision.why)


def result_by(delivery: str, channel: str, terminal: str) -> Text:
    """How a result comes back: as the citizen chose, else by the channel the case came in by (一口进出)."""
    words = _BY.get(delivery) or _BACK.get(channel) or _BACK["terminal"]
    return {language: text.format(terminal=terminal) for language, text in words.items()}
