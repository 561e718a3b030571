"""What citizens come for, one errand a thing, as data: what they look for in words of the screen, and how to tell that
it is done. Every service there is must be in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from contract import questions as q
from contract.assisting import GuideAsked, GuideKnown
from contract.catalogue import Item, ItemKind
from contract.messages import ComplaintFiled, NoticeGiven, SurveyGiven
from contract.orders import OrderPlaced, OrdersAsked, OrdersFound, OrderStands, Wish
from contract.positions import BringBack, BroughtBack, NumbersAsked, NumbersStand, NumberStands
from contract.supplements import SupplementGiven
from kiosk.journey import events as e
from tests.walks.done import Done, answered, asked, case_kept, effect, kept, page_seen, printed
from tests.walks.world import CASE_NUMBER, YES, case, drafted, pickup

Said = Mapping[type[q.Question], q.Answer | Callable[[q.Question], q.Answer | None]]
"""What comes back to a question; None for a silence."""
NUMBER: Final = "real-estate-transfer"
NAME: Final = "李四"
ID_NUMBER: Final = "110105195803120061"
PASSED: Final = NumberStands(
    "n1", "A1-017", "居住证申领", "passed", can_come_back=True, comes_back_until="2026-11-23T10:40:00+08:00"
)
BACK: Final = NumberStands("n1", "A1-017", "居住证申领", "waiting", 3, 10, 25, at="2026-11-23T10:12:00+08:00")


@dataclass(frozen=True)
class Errand:
    """`wishes`: what the citizen takes when they come to it, each once; `a→b` only after `a` was taken. What is not
    wished for is answered as it comes.
    """

    name: str
    opens: tuple[str, ...]
    """The services it goes through, by the names they are opened with."""
    wishes: tuple[str, ...]
    done: tuple[Done, ...]
    about: tuple[str, ...] = ()
    """The items this terminal offers; more make lists longer, and nothing else."""
    said: Said = field(default_factory=dict)
    types: tuple[tuple[str, str], ...] = ()
    """What is typed where the page asks for it: a word of the page, the text."""
    card_first: bool = False
    """The card is laid on the reader at the home screen."""
    changed: Callable[[Item], Item] = lambda item: item

    def items(self, all_: tuple[Item, ...]) -> tuple[Item, ...]:
        """What this terminal offers."""
        return tuple(self.changed(item) for item in all_ if item.slug in self.about)


CLEAR: Final = q.SurveyQuestion(
    "clear",
    {"zh-Hans": "看得懂吗？", "en": "Clear?"},
    (("yes", {"zh-Hans": "看得懂", "en": "Yes"}), ("no", {"zh-Hans": "看不懂", "en": "No"})),
)
SURVEY: Final = q.SurveyOffered(
    "2026-4", {"zh-Hans": "自助终端好用吗", "en": "Are the terminals easy to use"}, (CLEAR,)
)
TWO_BILLS: Final = q.DepartmentFound(
    (q.Section(YES, (q.Fact(YES, "编号 77231"),)),), "2026-11-23T09:00:00+08:00", YES,
    choices=(("c1", {"zh-Hans": "十月水费", "en": "October"}), ("c2", {"zh-Hans": "十一月水费", "en": "November"})),
    amounts={"c1": 1500, "c2": 1500},
)  # fmt: skip
ORDER: Final = OrderStands(
    number="FW261122ABCD2345",
    wish=Wish.AGENT,
    title={"zh-Hans": "公积金账户查询", "en": "Housing fund account"},
    placed_at="2026-11-22T10:00:00+08:00",
    state={"zh-Hans": "已派代办员", "en": "Assigned"},
    next={"zh-Hans": "代办员今天打电话", "en": "The agent calls today"},
)
RATED: Final = ("满意",)

ERRANDS: Final = (
    Errand(
        "a number, rated with a reason, and a survey",
        ("rating", "survey"),
        ("取号排队", "立即取号", *RATED, "开始回答", "看得懂"),
        (case_kept(NUMBER), effect(e.PrintTicket), effect(e.SaveRating), kept(SurveyGiven)),
        (NUMBER,),
        {q.SurveyAsked: SURVEY},
    ),
    Errand(
        "a number of the green channel",
        ("green",),
        ("取号排队", "我要走绿色通道", "孕妇"),
        (case_kept(NUMBER, green="pregnant"),),
        (NUMBER,),
    ),
    Errand(
        "a filing with a paper that is brought later",
        ("filing",),
        ("自助申报", "开始申报", "租的房子", "现在没有", "打印这些文件", "到窗口领取"),
        (case_kept("individual-business-registration", missing=True), printed()),
        ("individual-business-registration",),
    ),
    Errand(
        "several items as one",
        ("filing",),
        ("自助申报", "新生儿出生", "开始申报"),
        (case_kept("newborn-joint", joint=True),),
        ("newborn-joint", "newborn-household-registration", "newborn-medical-insurance"),
    ),
    Errand(
        "a filing for somebody else, whose name and number are typed",
        ("filing",),
        ("自助申报", "开始申报", "65 岁以上", "替别人办", "没带，填姓名和号码", "不在场"),
        (
            case_kept("senior-preferential-card", agent=True),
            answered("principal_name", NAME),
            answered("principal_number", ID_NUMBER),
        ),
        ("senior-preferential-card",),
    ),
    Errand(
        "a filing that is paid for",
        ("filing",),
        ("自助申报", "开始申报"),
        (case_kept("driving-licence-replacement"), asked(q.PayBegun)),
        ("driving-licence-replacement",),
    ),
    Errand(
        "a filing that is put aside",
        ("filing",),
        ("自助申报", "开始申报", "保存草稿", "同意，保存草稿"),
        (asked(q.DraftKept), page_seen("filing.draft.kept")),
        ("flexible-employment-insurance",),
    ),
    Errand(
        "a filing that is gone on with by its code",
        ("draft", "progress"),
        ("进度查询", "继续上次"),
        (asked(q.DraftAsked, code="K7M2Q9"), case_kept("flexible-employment-insurance")),
        ("flexible-employment-insurance",),
        {q.DraftAsked: drafted},
        (("草稿", "K7M2Q9"),),
    ),
    Errand(
        "a certificate that is printed",
        ("query",),
        ("查询打印", "开始办理", "打印"),
        (asked(q.DocumentWanted), printed()),
        ("social-insurance-record",),
    ),
    Errand(
        "a bill that is chosen and paid",
        ("query",),
        ("查询打印", "开始办理", "缴费", "十一月水费"),
        (asked(q.PayBegun), asked(q.DepartmentToldToAct)),
        ("utility-bills",),
        {q.DepartmentAsked: TWO_BILLS},
    ),
    Errand(
        "an application that is signed and paid",
        ("query",),
        ("查询打印", "开始办理", "申请签注"),
        (asked(q.PayBegun), asked(q.DepartmentToldToAct)),
        ("hong-kong-macao-endorsement",),
    ),
    Errand(
        "a notice of what is needed",
        ("notice",),
        ("自助申报", "一次性告知单", "租的房子", "打印"),
        (kept(NoticeGiven), printed()),
        ("individual-business-registration",),
    ),
    Errand(
        "a guide",
        ("guide",),
        ("按拼音首字母", "个体工商户", "看告知单", "租的房子"),
        (kept(NoticeGiven),),
        ("individual-business-registration",),
        changed=lambda item: msgspec.structs.replace(item, kind=ItemKind.GUIDE),
    ),
    Errand(
        "a blank form",
        ("forms",),
        ("自助申报", "领表", "打印空白表"),
        (printed(),),
        ("individual-business-registration",),
    ),
    Errand(
        "a form that is filled in",
        ("forms",),
        ("自助申报", "领表", "在这里填写", "打印填好的表"),
        (printed(),),
        ("residence-permit",),
    ),
    Errand(
        "a time that is booked",
        ("appointment",),
        ("预约服务", "二手房", "打印预约单"),
        (asked(q.Book, slot_id="s1"), printed()),
        (NUMBER,),
    ),
    Errand(
        "a time that is changed",
        ("appointment",),
        ("预约服务", "我的预约", "我的预约→二手房", "改时间", "确认改期"),
        (asked(q.Book, change_of="b1"),),
        (NUMBER,),
    ),
    Errand(
        "a time that is given up",
        ("appointment",),
        ("预约服务", "我的预约", "我的预约→二手房", "取消预约", "确认取消"),
        (asked(q.CancelBooking, booking_id="b1"),),
        (NUMBER,),
    ),
    Errand(
        "a time that has come, and its number",
        ("appointment",),
        ("预约服务", "我的预约", "我的预约→二手房", "签到取号", "立即取号"),
        (asked(q.CheckIn, booking_id="b1"), case_kept(NUMBER)),
        (NUMBER,),
    ),
    Errand(
        "a thing behind a door, by its code",
        ("pickup",),
        ("取件", "输入取件码", "居住证"),
        (effect(e.OpenDoor, door=3), asked(q.PickupMoved, what="taken")),
        types=(("取件码", "12345678"),),
    ),
    Errand(
        "a result that is printed, by the card",
        ("pickup",),
        ("取件", "刷身份证", "居住证"),
        (asked(q.DocumentWanted), printed()),
        said={q.PickupsAsked: q.PickupsFound((pickup("permit"),))},
    ),
    Errand(
        "how a case stands, by number and code",
        ("progress",),
        ("进度查询", "输入办件编号", "居住证申领"),
        (asked(q.CasesAsked, case_number=CASE_NUMBER, verification_code="AB12CD"), page_seen("progress.one")),
        types=(("办件编号", CASE_NUMBER), ("验证码", "AB12CD")),
    ),
    Errand(
        "a second rating of a case, by the card",
        ("progress", "rating"),
        ("进度查询", "刷身份证", "居住证申领", "再评价一次", "不满意"),
        (effect(e.SaveRating, again=True),),
        said={q.CasesAsked: q.CasesFound((case(may_rate_again=True),))},
    ),
    Errand(
        "who used one's data",
        ("progress",),
        ("进度查询", "我的办理记录"),
        (asked(q.TraceAsked), page_seen("progress.trace")),
    ),
    Errand(
        "a number that was passed is brought back",
        ("progress", "numbers"),
        ("进度查询", "我的号 · 过号恢复", "恢复这个号"),
        (asked(NumbersAsked), asked(BringBack), page_seen("number.back")),
        said={NumbersAsked: NumbersStand((PASSED,)), BringBack: BroughtBack(BACK)},
    ),
    Errand(
        "how one's number stands",
        ("progress", "numbers"),
        ("进度查询", "我的号 · 过号恢复"),
        (asked(NumbersAsked), page_seen("number.numbers")),
        said={NumbersAsked: NumbersStand((BACK,))},
    ),
    Errand(
        "what waits for the holder of a card",
        ("mine",),
        ("有 1 件可以取", "取件", "取件→刷身份证", "居住证"),
        (asked(q.BookingsAsked), asked(q.CasesAsked), effect(e.OpenDoor, door=3)),
        (NUMBER,),
        card_first=True,
    ),
    Errand(
        "a complaint, with a number to call back",
        ("saying",),
        ("咨询投诉", "我要投诉", "这台机器", "打我手机"),
        (kept(ComplaintFiled, about="terminal"), page_seen("saying.kept")),
        types=(("发生了什么", "太慢"),),
    ),
    Errand(
        "a question, with nobody's name",
        ("saying",),
        ("咨询投诉", "我要咨询", "政策不清楚", "不留联系方式"),
        (kept(ComplaintFiled, matter="consultation"),),
        types=(("想问什么", "你好"),),
    ),
    Errand(
        "the answer to what was said before",
        ("saying",),
        ("咨询投诉", "查看以前的答复"),
        (asked(q.ReplyAsked, number="T1", code="ABC234"), page_seen("saying.reply")),
        types=(("输入编号", "T1"), ("输入查询码", "ABC234")),
    ),
    Errand(
        "staff who help at the terminal",
        ("assist",),
        ("请人帮我", "我是工作人员"),
        (lambda stand: stand.journey.helped_by == "A1024",),
        said={
            q.HelpAsked: lambda asked: q.HelpStands(getattr(asked, "help_id", ""), "call_back"),
            GuideAsked: lambda asked: GuideKnown(getattr(asked, "badge", ""), "张三"),
        },
        types=(("口令", "2580"), ("工号", "A1024")),
    ),
    Errand(
        "a person who helps from afar",
        (),
        ("请人帮我", "问题解决了"),
        (asked(q.HelpAsked, ended=""), asked(q.HelpAsked, ended="solved")),
    ),
    Errand(
        "what did not work, and a complaint over it",
        ("saying",),
        ("办不成事", "机器有问题", "我要投诉", "收费", "不留联系方式"),
        (effect(e.SaveDifficulty, reason="machine"), kept(ComplaintFiled)),
        types=(("发生了什么", "慢"),),
    ),
    Errand(
        "somebody who goes there for one",
        ("orders",),
        ("上门代办", "请人代办", "我自愿申请", "自己填写", "不填"),
        (kept(OrderPlaced, wish="agent"),),
        ("housing-fund-account",),
    ),
    Errand(
        "how an order stands, by its number and code",
        ("tracking",),
        ("上门代办", "查申请和项目进度", "凭编号查一件"),
        (asked(OrdersAsked, number="FW261122ABCD2345", code="ABC234"), page_seen("tracking.one")),
        (NUMBER,),
        {OrdersAsked: OrdersFound((ORDER,))},
        (("输入编号", "FW261122ABCD2345"), ("输入查询码", "ABC234")),
    ),
    Errand(
        "where to go, by a life event",
        ("find",),
        ("您要办什么", "买房", "过户"),
        (lambda stand: stand.journey.item is not None,),
        (NUMBER,),
    ),
    Errand(
        "the four work lists, looked through and printed",
        ("lists", "find"),
        ("您要办什么", "按特点找", "清单公开", "时限清单", "打印这张清单"),
        (printed(),),
        (NUMBER,),
    ),
    Errand(
        "the way to the window",
        ("way",),
        ("取号排队", "立即取号", "怎么走"),
        (page_seen("way.map"),),
        (NUMBER,),
    ),
    Errand(
        "what was missing is handed in",
        ("supplement",),
        ("进度查询", "补交材料", "补交材料→输入办件编号", "补交材料→个体工商户", "补交材料→租赁合同"),
        (kept(SupplementGiven),),
        ("individual-business-registration",),
        {q.CasesAsked: lambda _: None},
        (("办件编号", CASE_NUMBER), ("验证码", "AB12CD"), ("校验码", "AB12CD")),
    ),
    Errand(
        "what everybody asks",
        ("faq",),
        ("咨询投诉", "常见问题"),
        (page_seen("faq.answer"),),
        (NUMBER,),
    ),
)
BY_NAME: Final = {errand.name: errand for errand in ERRANDS}
