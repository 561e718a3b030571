"""How a person is shown to others: surname only, first 6 and last 4 of a number (experience.md 5.1). Pure."""

_COMPOUND_SURNAMES = frozenset(
    {
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "令狐",
        "轩辕",
    }
)


def mask_name(name: str) -> str:
    """`张三` -> `张*`, `欧阳小明` -> `欧阳**`, `DOE, JANE` -> `D***`. An empty name stays empty."""
    if not name:
        return ""
    if name.isascii():
        return f"{name[0]}***"
    surname = name[:2] if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES else name[:1]
    return surname + "*" * (len(name) - len(surname))


def mask_id_number(number: str) -> str:
    """`11010519491231002X` -> `110105********002X`; what is too short for that keeps its last two characters."""
    if len(number) > 10:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return "*" * max(len(number) - 2, 0) + number[-2:]
