"""How far a case has come, in words its citizen reads, and what was done with a person's data. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from enum import StrEnum

import msgspec

from central.handling import told
from central.handling.told import Handled
from contract.catalogue import DEFAULT_LANGUAGE, Item, Text
from contract.questions import CaseStands, CaseStep
from contract.routes import Decision, decide


class Did(StrEnum):
    """What happens to a case in the hall. The order is the usual way."""

    ACCEPTED = "accepted"
    CORRECTION = "correction"
    COMPLETED = "completed"
    DECIDED = "decided"
    REFUSED = "refused"
    READY = "ready"
    DELIVERED = "delivered"
    TRANSFERRED = "transferred"
    BROUGHT_BACK = "brought_back"
    SENT_AWAY = "sent_away"
    AWAY = "away"
    BACK_FROM_AWAY = "back_from_away"
    RETURNED = "returned"


ENDS = (Did.DECIDED, Did.REFUSED, Did.READY, Did.DELIVERED, Did.RETURNED)
"""After these the case may be rated a second time."""

WORDS: Mapping[str, Text] = {
    "filed": {"zh-Hans": "已在自助终端提交", "en": "Filed at a terminal"},
    "received": {"zh-Hans": "中心已收到", "en": "Received by the centre"},
    Did.ACCEPTED: {"zh-Hans": "已受理", "en": "Accepted"},
    Did.CORRECTION: {"zh-Hans": "需要补正材料", "en": "Something must be corrected"},
    Did.COMPLETED: {"zh-Hans": "材料已补齐", "en": "The materials are complete"},
    Did.DECIDED: {"zh-Hans": "已办结", "en": "Decided"},
    Did.REFUSED: {"zh-Hans": "不予批准", "en": "Not granted"},
    Did.READY: {"zh-Hans": "结果可以领取", "en": "The result can be fetched"},
    Did.DELIVERED: {"zh-Hans": "结果已送达", "en": "The result was handed over"},
    Did.TRANSFERRED: {"zh-Hans": "已转承办单位办理", "en": "Passed on to the unit that works on it"},
    Did.BROUGHT_BACK: {"zh-Hans": "承办单位已办好，交回受理窗口", "en": "The unit has done its part and gave it back"},
    Did.SENT_AWAY: {"zh-Hans": "已转交外地办理", "en": "Handed to the other city"},
    Did.AWAY: {"zh-Hans": "外地正在办理", "en": "The other city is working on it"},
    Did.BACK_FROM_AWAY: {"zh-Hans": "外地已办结，结果已返回", "en": "The other city has decided; the result is back"},
    Did.RETURNED: {"zh-Hans": "材料逾期未补齐，按规定退回", "en": "Returned: papers did not come in time"},
}


_NOT_ACCEPTED: Text = {"zh-Hans": "不予受理", "en": "Not accepted"}


class Known(msgspec.Struct, frozen=True):
    """What the centre knows of a case in the clear. `missing` is JSON of codes."""

    case_id: str
    terminal: str
    case_number: str
    item: str
    item_title: str
    filed_at: str
    received_at: datetime
    promise_date: str | None
    missing: str
    missing_until: str | None
    masked_name: str
    how: str = "{}"
    """JSON of how it was filed."""
    channel: str = "terminal"
    """How it came in; its result goes back the same way."""

    @property
    def filed_as(self) -> "How":
        """How it was filed, as far as that is known in the clear."""
        return msgspec.json.decode(self.how, type=How)


class How(msgspec.Struct, frozen=True):
    """What of a filing decides its way."""

    joint: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    delivery: str = ""
    reach: str = ""
    credit: str = ""


class Step(msgspec.Struct, frozen=True):
    """One step staff set. `note` is for the citizen."""

    step: Did
    note: str
    by_whom: str
    at: datetime


class Ratings(msgspec.Struct, frozen=True):
    """Whether a case was rated, and rated again."""

    first: bool = False
    again: bool = False


def missing_now(case: Known, steps: Sequence[Step]) -> list[str]:
    """Codes of what must still be brought; nothing once it is complete."""
    done = any(step.step in {Did.COMPLETED, *ENDS} for step in steps)
    return [] if done else msgspec.json.decode(case.missing, type=list[str])


def decided(case: Known, steps: Sequence[Step], item: Item | None, *, refused: bool = False) -> Decision:
    """四办: which way it goes, by what is known now."""
    how = case.filed_as
    return decide(item, tuple(missing_now(case, steps)), how.joint, how.reach, against_policy=refused)


def stands(
    case: Known,
    steps: Sequence[Step],
    item: Item | None,
    ratings: Ratings,
    today: date,
    zone: tzinfo,
    handled: Handled = Handled(),  # noqa: B008 - frozen
) -> CaseStands:
    """A case as its citizen reads it. `steps` the oldest first."""
    last = steps[-1].step if steps else "received"
    missing = missing_now(case, steps)
    way = handled.decided or decided(case, steps, item, refused=handled.refusal is not None)
    result_by = told.result_by(case.filed_as.delivery, case.channel, case.terminal)
    return CaseStands(
        case_number=case.case_number,
        item=case.item,
        title=item.title if item is not None else {DEFAULT_LANGUAGE: case.item_title},
        filed_at=case.filed_at,
        state=_NOT_ACCEPTED if last == Did.REFUSED and _not_accepted(handled) else WORDS[last],
        steps=(
            CaseStep(case.filed_at, WORDS["filed"]),
            CaseStep(_at(case.received_at, zone), WORDS["received"]),
            *(CaseStep(_at(step.at, zone), WORDS[step.step], _note(step)) for step in steps),
        ),
        promise_date="" if handled.paused else handled.promise or case.promise_date or "",
        next=_next(case, last, missing, today, result_by, handled),
        missing=tuple(_material(code, item) for code in missing),
        missing_until=case.missing_until or "" if missing else "",
        may_rate_again=last in ENDS and ratings.first and not ratings.again,
        corrections=handled.corrections,
        refusal=handled.refusal,
        route=told.way(way),
        route_why=told.why(way),
        result_by=result_by,
        at_unit={DEFAULT_LANGUAGE: handled.unit} if handled.unit else {},
        days_left=None if last in ENDS or handled.paused else handled.days_left,
        paused={DEFAULT_LANGUAGE: handled.paused} if handled.paused and last not in ENDS else {},
    )


def _not_accepted(handled: Handled) -> bool:
    return handled.refusal is not None and handled.refusal.refused == "acceptance"


def _at(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _note(step: Step) -> Text:
    return {DEFAULT_LANGUAGE: step.note} if step.note else {}


def _material(code: str, item: Item | None) -> Text:
    known = next((one.name for one in item.materials if one.code == code), None) if item is not None else None
    return known or {DEFAULT_LANGUAGE: code}


def _next(case: Known, last: str, missing: Sequence[str], today: date, result_by: Text, handled: Handled) -> Text:
    """Who does what until when."""
    if last not in ENDS and handled.signing:
        return {"zh-Hans": "正在等负责人网上审签，您不用来", "en": "It waits for a signature; you need not come"}
    if missing and case.missing_until:
        return _until("请您在 {day} 前补齐材料", "Please bring what is missing by {day}", case.missing_until)
    if last == Did.CORRECTION:
        return {"zh-Hans": "请您按说明补正后重新提交", "en": "Please correct it as told and hand it in again"}
    if last == Did.REFUSED:
        return {"zh-Hans": "请看书面通知里的“接下来怎样办”", "en": "Please read in the notice what to do next"}
    if last == Did.BACK_FROM_AWAY:
        return {
            "zh-Hans": "外地已办结。寄出的请留意快递；本地打印的，凭身份证在自助终端“取件”里打印",
            "en": "Decided. By post: it is on its way. Printed here: fetch it by card under “Pick-up” at a terminal",
        }
    if last == Did.READY:
        return {
            "zh-Hans": f"结果可以给您了：{result_by['zh-Hans']}",
            "en": f"The result is there: {result_by['en']}",
        }
    if last in ENDS:
        return {"zh-Hans": "已经办完，不用再来", "en": "It is done; you need not come again"}
    if handled.paused:
        return {
            "zh-Hans": f"办理时间暂停计算：{handled.paused}。恢复以后，承诺的日期会顺延，您不用做什么",
            "en": f"The time of your case stands: {handled.paused}. The promised day moves too; you need do nothing",
        }
    return _by_when(handled.promise or case.promise_date, today)


def _by_when(promise: str | None, today: date) -> Text:
    if promise and promise < today.isoformat():
        return _until(
            "承诺 {day} 前办结，已经超期，请到窗口或打监督电话",
            "Promised by {day} and overdue: ask at the window or call the supervision number",
            promise,
        )
    if promise:
        return _until("工作人员在 {day} 前办结，您不用做什么", "Staff decide by {day}; you need do nothing", promise)
    return {"zh-Hans": "工作人员正在办理，您不用做什么", "en": "Staff are working on it; you need do nothing"}


def _until(chinese: str, english: str, day: str) -> Text:
    return {"zh-Hans": chinese.format(day=day), "en": english.format(day=day)}


class Deed(msgspec.Struct, frozen=True):
    """One thing that was done with a person's data."""

    at: datetime
    title: Text
    note: Text = {}


def deed(at: datetime, chinese: str, english: str, note: str = "") -> Deed:
    """In both languages; the note is as somebody wrote it."""
    return Deed(at, {"zh-Hans": chinese, "en": english}, {DEFAULT_LANGUAGE: note} if note else {})


def traced(deeds: Sequence[Deed], zone: tzinfo, at_most: int = 200) -> tuple[CaseStep, ...]:
    """The newest first, as its citizen reads them."""
    newest = sorted(deeds, key=lambda one: one.at, reverse=True)[:at_most]
    return tuple(CaseStep(_at(one.at, zone), one.title, one.note) for one in newest)
