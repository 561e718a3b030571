"""The page for the hall's files: every row, what holds it, what is open. One file, to be read and to be printed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.conformance.rows import Row
from tests.conformance.verdict import Verdict

HERE: Final = Path(__file__).parent
STATES: Final = {"green": "已达到 Green", "open": "未完成 Open", "red": "不符 Red"}
USERS: Final = {
    "C": "群众 Citizen", "W": "窗口 Window", "G": "导办 Guide", "M": "大厅 Manager", "T": "运维 Technician",
    "K": "事项 Editor", "A": "监督 Audit", "P": "公众 Public",
}  # fmt: skip
PARTS: Final = {
    "ZZ": "自助终端 The terminal", "JH": "取号与预约 Numbers and appointments", "ZN": "指南与告知 Guides and notices",
    "BJ": "申报与办理 Filing", "HC": "评价 Ratings", "TS": "投诉与反映 Complaints", "SX": "时限 Time limits",
    "DB": "督办与监察 Supervision", "AQ": "安全与数据 Security and data",
}  # fmt: skip


def page(rows: tuple[Row, ...], verdicts: tuple[Verdict, ...]) -> str:
    """HTML, whole in itself."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pairs = list(zip(rows, verdicts, strict=True))
    parts = [(name, [pair for pair in pairs if pair[0].id.startswith(part)]) for part, name in PARTS.items()]
    return environment.get_template("sheet.html").render(
        parts=[part for part in parts if part[1]],
        counts=[(STATES[state], state, sum(one.state == state for one in verdicts)) for state in STATES],
        total=len(rows),
        states=STATES,
        users=USERS,
        tried=any(one.control for one in verdicts),
        on=f"{datetime.now(UTC).astimezone():%Y-%m-%d %H:%M}",
    )
