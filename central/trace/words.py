"""What an entry of the trace says to the citizen it is about: plain words, who it was, and nothing else. Pure."""

from collections.abc import Mapping
from typing import Final

from central.trace.rules import Actor, Entry
from contract.catalogue import DEFAULT_LANGUAGE, Text, say

_STAFF: Final = "工作人员 {who} "
SAID: Final[Mapping[str, Text]] = {
    "filed": {"zh-Hans": "您提交了“{item}”", "en": "You filed “{item}”"},
    "indexed": {
        "zh-Hans": "系统打开密封内容，建立查询索引",
        "en": "The system opened what is sealed to index it by person",
    },
    "looked": {"zh-Hans": "工作人员 {who} 查看了您的材料", "en": "{who} of the staff looked at your papers"},
    "looked.credit": {
        "zh-Hans": "工作人员 {who} 查看了您的信用信息",
        "en": "{who} of the staff looked at records of credit",
    },
    "looked.scan": {
        "zh-Hans": "工作人员 {who} 看了您交的一份材料图片",
        "en": "{who} of the staff looked at the picture of a paper",
    },
    "printed": {"zh-Hans": "终端打印了您的凭证", "en": "A paper of yours was printed"},
    "print.failed": {"zh-Hans": "终端没能打印出您的凭证", "en": "A paper of yours could not be printed"},
    "notice": {"zh-Hans": "向您作了一次性告知", "en": "You were given a one-time notice"},
    "rated": {"zh-Hans": "您作了评价", "en": "You gave a rating"},
    "supplement": {"zh-Hans": "您补交了材料", "en": "You handed in a paper"},
    "contact": {"zh-Hans": "工作人员 {who} 记录：您来过窗口", "en": "{who} of the staff noted that you came"},
    "check": {"zh-Hans": "工作人员 {who} 把一份材料与原件核对一致", "en": "{who} checked a paper against its original"},
    "link.opened": {"zh-Hans": "交给经办单位，开始计时", "en": "Given to a unit; its time began to run"},
    "link.ended": {"zh-Hans": "经办单位给出了意见", "en": "The unit gave its opinion"},
    "link.deemed": {
        "zh-Hans": "经办单位逾期没有反馈，系统按规定记为同意",
        "en": "The unit was silent: the system noted its consent, as the rule says",
    },
    "pause.started": {"zh-Hans": "办理时间暂停计算", "en": "The time of the case was stopped"},
    "pause.ended": {"zh-Hans": "办理时间继续计算", "en": "The time of the case runs again"},
    "refusal.proposed": {
        "zh-Hans": "窗口认为不能决定，报负责人审定",
        "en": "The window could not decide and asked a leader",
    },
    "refusal.confirmed": {
        "zh-Hans": "负责人审定：不能办，已书面告诉您理由和下一步",
        "en": "A leader confirmed: not possible; you were told why in writing",
    },
    "refusal.returned": {"zh-Hans": "负责人退回，要求继续办理", "en": "A leader sent it back: it goes on"},
    "transfer.offered": {
        "zh-Hans": "转给另一个单位，等对方接收",
        "en": "Offered to another unit",
    },
    "transfer.accepted": {"zh-Hans": "接手单位已接收", "en": "The other unit took it over"},
    "transfer.declined": {
        "zh-Hans": "接手单位没有接收，仍由原单位负责",
        "en": "The other unit did not take it; the first one keeps it",
    },
    "reminded": {
        "zh-Hans": "系统按您留的号码提醒您补交材料",
        "en": "You were reminded by the number you left",
    },
    "number.mapped": {"zh-Hans": "登记了省平台的办件编号", "en": "The number of the province's platform was noted"},
    "imported": {"zh-Hans": "由工作人员 {who} 从其他系统导入", "en": "Imported from another system by {who}"},
    "imported.grown": {
        "zh-Hans": "由工作人员 {who} 从其他系统导入后续内容",
        "en": "What followed was imported from another system by {who}",
    },
    "imported.rating": {
        "zh-Hans": "由工作人员 {who} 从其他系统导入评价",
        "en": "A rating was imported from another system by {who}",
    },
    "imported.replaced": {
        "zh-Hans": "与导入文件不一致，工作人员 {who} 决定采用文件的内容",
        "en": "{who} decided to take over what the file says otherwise",
    },
    "step.filed": {"zh-Hans": "已在自助终端提交", "en": "Filed at a terminal"},
}


def told(entry: Entry, item_title: str, steps: Mapping[str, Text]) -> Text:
    """The line of an entry. `steps` are the words of the steps of a case, by their names."""
    words = SAID.get(entry.what)
    if words is None:
        step = steps.get(entry.what.removeprefix("step."))
        words = (
            {DEFAULT_LANGUAGE: f"“{{item}}”：{step[DEFAULT_LANGUAGE]}", "en": say(step, "en")}
            if step
            else {DEFAULT_LANGUAGE: "您的办件有新的记录", "en": "Something was noted about your case"}
        )
    who = entry.who if entry.actor is Actor.STAFF else ""
    return {language: text.format(item=item_title, who=who) for language, text in words.items()}
