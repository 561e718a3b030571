"""One of every paper with invented figures: nobody of this name, no number that was ever given out."""

from datetime import datetime
from typing import Any, Final

import msgspec

from contract.papers import PAPERS
from kiosk.facts import Site
from kiosk.paper import signature
from kiosk.paper.sheet import Stamp

SITE: Final = Site(
    "GL-01",
    {"zh-Hans": "鼓楼区政务服务中心", "en": "Gulou District Service Centre"},
    {"zh-Hans": "一楼大厅东侧", "en": "Ground floor, east"},
    "12345",
    "0591-00000000",
    "8:30-17:30",
)
STAMP: Final = Stamp("GL01-20261122-000017", "7K3MPQ9D")
AT: Final = datetime(2026, 11, 22, 15, 4)  # noqa: DTZ001 - the terminal's wall time
STROKES: Final = (
    ((0, 60), (80, 40), (160, 55)),
    ((70, 0), (75, 90), (20, 170), (0, 180)),
    ((90, 90), (150, 150), (190, 175)),
    ((240, 20), (250, 150), (255, 180)),
    ((210, 70), (300, 60), (330, 75), (320, 160), (280, 175)),
)
SIGNED: Final = signature.svg(STROKES)
_PERSON: Final[dict[str, Any]] = {"name": "张三", "id_number": "110101199003070011"}
_ISSUED: Final[dict[str, Any]] = {
    "serial": "SB2026112200000042",
    "verification_code": "9F4K-22QX",
    "verify_url": "https://centre.example/verify/9F4K22QX",
    "issued_at": "2026-11-22T15:03:10+08:00",
}
_HOME: Final[dict[str, Any]] = {
    "certificate": "闽（2019）福州市不动产权第0012345号",
    "unit_number": "350102001001GB00001F00010023",
    "owner": "张三",
    "location": "鼓楼区示例路 1 号 2 号楼 301 单元",
    "area_m2": "89.52",
    "term": "2011-05-01 起 2081-04-30 止",
    "registered_on": "2019-06-18",
}

DATA: Final[dict[str, dict[str, Any]]] = {
    "notice": {
        "item": "社会保障卡补领",
        "item_code": "350102-SB-0031",
        "situations": (("卡是怎么没有的？", "丢了"), ("谁来办？", "本人")),
        "conditions": ("已经办理过社会保障卡。", "原卡已经挂失。"),
        "materials": (
            {"name": "居民身份证", "need": "原件 1 份", "note": "在终端上读卡即可"},
            {"name": "近期免冠照片", "need": "电子照片 1 张", "note": "可以在终端拍摄"},
            {"name": "单位证明", "need": "原件 1 份", "note": "没有单位的不需要", "tolerable": True},
        ),
        "steps": ("在终端上填写申请。", "交补卡费。", "收到短信后凭身份证领取。"),
        "facts": (
            ("法定时限", "20 个工作日"),
            ("承诺时限", "5 个工作日"),
            ("收费", "25 元（闽价费〔2013〕1 号）"),
            ("窗口办理时间", "工作日 8:30-12:00，14:00-17:30"),
            ("咨询电话", "0591-00000000"),
        ),
        "notes": ("挂失后原卡不能再用。",),
        "version": "2026-10-08 第 3 版",
        "given_to": "张*",
    },
    "guide": {
        "item": "老年人优待证办理",
        "summary": "年满六十岁，在这里办优待证",
        "bring": (("居民身份证", "刷身份证即可，不用另带"), ("近期免冠照片", "")),
        "steps": ("刷身份证。", "填手机号。", "工作人员核对。", "十个工作日以后来领。"),
        "facts": (("几天办好", "10 个工作日"), ("要多少钱", "不收费"), ("不明白打电话", "0591-00000000")),
        "place": "一楼大厅 3 号窗口",
    },
    "tolerance": {
        **_PERSON,
        "case_number": "3501020001202611220017",
        "item": "食品经营许可（新办）",
        "applicant": "张三",
        "filed_on": "2026-11-22",
        "missing": (
            ("健康证明", "到大厅 B 区 12 号窗口提交，或在任意一台终端补扫"),
            ("经营场所平面图", "在任意一台终端补扫"),
        ),
        "received": ("营业执照（部门共享）", "居民身份证（本机读取）"),
        "until": "2026-12-04",
        "office": "鼓楼区市场监督管理局",
        "signature": SIGNED,
    },
    "commitment": {
        **_PERSON,
        "item": "小餐饮店登记",
        "applicant": "张三",
        "office": "鼓楼区市场监督管理局",
        "day": "2026-11-22",
        "phone": "138****0000",
        "told": (
            "依据《中华人民共和国食品安全法》第三十五条，从事食品经营应当依法取得许可。",
            "应当具备与经营品种、数量相适应的场所和设备。",
            "作出承诺并提交材料的，当场作出决定；两个月内到现场核查。",
        ),
        "promised": ("已经知晓告知的全部内容。", "符合告知的条件和要求。", "所填写的信息和提交的材料真实。"),
        "consequences": ("经核查不符合承诺的，责令限期整改；逾期不改的，撤销许可。", "记入信用记录，并向社会公示。"),
        "signature": SIGNED,
    },
    "acceptance": {
        "case_number": "3501020001202611220017",
        "item": "食品经营许可（新办）",
        "applicant": "张*",
        "filed_at": "2026-11-22 15:04",
        "promise_date": "2026-12-01",
        "office": "鼓楼区市场监督管理局",
        "materials": (("营业执照", "部门共享（A 级）"), ("经营场所平面图", "本机扫描，待核对原件（C 级）")),
        "delivery": "邮寄",
        "missing_until": "2026-12-04",
        "phone": "0591-00000000",
    },
    "form": {
        "title": "社会保障卡补领申请表",
        "kind": "filled",
        "office": "福州市社会保险中心",
        "sections": (
            {
                "title": "申请人",
                "fields": (
                    {"label": "姓名", "value": "张三"},
                    {"label": "性别", "value": "男"},
                    {"label": "证件号码", "value": "110101199003070011", "wide": True},
                    {"label": "手机", "value": "13800000000"},
                    {"label": "邮编"},
                    {"label": "通信地址", "value": "鼓楼区示例路 1 号", "wide": True, "lines": 2},
                ),
            },
            {
                "title": "申请内容",
                "fields": ({"label": "补领原因", "value": "遗失"}, {"label": "领取方式", "value": "自取"}),
            },
        ),
        "declaration": "本人保证以上内容真实，并已阅读填表说明。",
        "notes": ("请用黑色签字笔填写。", "带有下划线的为必填项。"),
        "signature": SIGNED,
        "day": "2026-11-22",
    },
    "query": {
        "title": "个人医疗保险账户查询",
        "person": "张*",
        "as_of": "2026-11-22 14:00",
        "source": "福州市医疗保障局",
        "sections": (
            {"title": "账户", "lines": (("账户余额", "2,318.66 元"), ("参保状态", "正常参保"))},
            {
                "title": "最近的明细",
                "table": {
                    "columns": ("日期", "摘要", "金额（元）"),
                    "rows": (("2026-11-01", "划入", "186.40"), ("2026-11-08", "药店支付", "-52.30")),
                    "numbers": (2,),
                },
            },
        ),
        "remarks": ("当日交易第二天可以查到。",),
    },
    "insurance": {
        **_PERSON,
        **_ISSUED,
        "issuer": "福州市社会保险中心",
        "as_of": "2026-11-22",
        "place": "福州市鼓楼区",
        "purpose": "购房资格审核",
        "kinds": tuple(
            {
                "kind": kind,
                "since": "2015-07",
                "until": "2026-10",
                "months": 136,
                "state": "正常参保",
                "employer": "示例科技有限公司",
            }
            for kind in ("城镇企业职工基本养老保险", "失业保险", "工伤保险")
        ),
    },
    "no_house": {
        **_PERSON,
        **_ISSUED,
        "region": "福州市鼓楼区、台江区、仓山区、晋安区、马尾区",
        "issuer": "福州市不动产登记和交易中心",
        "as_of": "2026-11-22",
        "purpose": "申请公共租赁住房",
        "family": ({"name": "李四", "id_number": "110101199104080022", "relation": "配偶"},),
    },
    "property_register": {
        **_PERSON,
        **_ISSUED,
        "issuer": "福州市不动产登记和交易中心",
        "as_of": "2026-11-22",
        "purpose": "子女入学",
        "properties": (
            _HOME,
            {**_HOME, "location": "仓山区示例街 8 号", "restrictions": ("抵押：某银行，2020-03-01 登记",)},
        ),
    },
    "fund": {
        **_PERSON,
        **_ISSUED,
        "issuer": "福州住房公积金中心",
        "as_of": "2026-11-22",
        "account": "350100123456",
        "employer": "示例科技有限公司",
        "opened_on": "2015-07-20",
        "state": "正常",
        "base_fen": 860000,
        "monthly_fen": 206400,
        "balance_fen": 8_431_277,
        "paid_until": "2026-10",
        "months": 136,
        "loan": "没有贷款",
    },
    "tax": {
        **_PERSON,
        **_ISSUED,
        "issuer": "国家税务总局福州市鼓楼区税务局",
        "taxpayer_number": "110101199003070011",
        "taxes": (
            {
                "tax": "个人所得税",
                "entry": "工资薪金所得",
                "period": "2025-01-01 至 2025-12-31",
                "paid_on": "2026-01-14",
                "amount_fen": 482_006,
                "original": "335016260100012345",
            },
            {
                "tax": "个人所得税",
                "entry": "综合所得汇算",
                "period": "2025-01-01 至 2025-12-31",
                "paid_on": "2026-04-02",
                "amount_fen": -31_005,
                "original": "335016260400067890",
            },
        ),
    },
    "sale_contract": {
        **{key: _ISSUED[key] for key in ("verify_url",)},
        "number": "FZ2026-0042",
        "seller": ({**_PERSON, "phone": "13800000000", "address": "鼓楼区示例路 1 号"},),
        "buyer": (
            {"name": "李四", "id_number": "110101199104080022", "phone": "13900000000"},
            {"name": "王五", "id_number": "110101199205090033"},
        ),
        "property": _HOME,
        "price_fen": 186_000_000,
        "instalments": (
            {"when": "签订合同当日", "amount_fen": 37_200_000, "how": "存入监管账户"},
            {"when": "转移登记完成后三日内", "amount_fen": 148_800_000, "how": "银行贷款放款"},
        ),
        "handover_on": "2027-01-15",
        "mortgage": "甲方在转移登记前结清贷款并注销抵押",
        "supplement": ("室内空调三台、热水器一台随房屋一并转让。",),
        "signatures": (("张三", SIGNED),),
        "signed_on": "2026-11-22",
        "place": "福州市鼓楼区",
    },
    "payment": {
        "order_id": "20261122150411-GL01-0007",
        "receipt_number": "35010126 0012345678",
        "item": "社会保障卡补领",
        "payer": "张*",
        "payee": "福州市社会保险中心",
        "paid_at": "2026-11-22 15:04:33",
        "channel": "手机扫码",
        "charges": ({"name": "社会保障卡工本费", "amount_fen": 2500, "basis": "闽价费〔2013〕1 号"},),
    },
    "appointment": {
        "code": "YY-4821-7730",
        "title": "不动产转移登记",
        "day": "2026-11-26",
        "start": "09:30",
        "end": "10:00",
        "place": "鼓楼区政务服务中心 二楼 C 区",
        "person": "张*",
        "check_in_from": "09:10",
        "check_in_until": "10:10",
        "bring": ("居民身份证", "不动产权证书", "买卖合同"),
        "phone": "0591-00000000",
    },
    "complaint": {
        "number": "TS20261122-0008",
        "code": "6M2K-91RD",
        "matter": "投诉",
        "at": "2026-11-22 15:04",
        "answer_until": "2026-12-01",
        "about": "服务态度",
        "contact": "张* 138****0000",
        "phone": "12345",
    },
    "authorisation": {
        "principal": {**_PERSON, "phone": "13800000000", "address": "鼓楼区示例路 1 号"},
        "agent": {"name": "李四", "id_number": "110101199104080022", "phone": "13900000000"},
        "items": ("社会保障卡补领", "代为领取社会保障卡"),
        "powers": ("代为提交、补充申请材料。", "代为签收有关文书和证件。"),
        "valid_from": "2026-11-22",
        "valid_until": "2027-02-21",
        "reason": "行动不便",
        "principal_signature": SIGNED,
    },
    "correction": {
        "case_number": "3501020001202611220017",
        "item": "食品经营许可（新办）",
        "applicant": "张三",
        "filed_on": "2026-11-20",
        "wrong": (
            ("经营场所平面图", "没有标明操作间的位置", "请重新绘制并标明操作间、仓库和卫生间"),
            ("申请表", "第 2 页没有签名", "请在终端上签名后重新提交"),
        ),
        "until": "2026-12-04",
        "office": "鼓楼区市场监督管理局",
        "place": "任意一台自助终端，或大厅 B 区 12 号窗口",
        "phone": "0591-00000000",
    },
    "refusal": {
        "title": "不予受理通知书",
        "case_number": "3501020001202611220017",
        "item": "食品经营许可（新办）",
        "applicant": "张三",
        "filed_on": "2026-11-20",
        "reason": "经营场所在居民楼内，没有取得有利害关系的业主一致同意。",
        "next_steps": "取得业主一致同意的书面材料后重新申请；或者换用商业用房，凭租赁合同重新申请。",
        "office": "鼓楼区市场监督管理局",
        "place": "大厅 B 区 12 号窗口",
        "phone": "0591-00000000",
    },
}


def fitting(template: str, data: dict[str, Any]) -> dict[str, Any]:
    """A sample's values, those that its struct knows."""
    known = {field.name for field in msgspec.structs.fields(PAPERS[template])}
    return {name: value for name, value in data.items() if name in known}
