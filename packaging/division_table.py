"""Makes kiosk/input/tables/divisions.txt: GB/T 2260 divisions and townships, each with its Pinyin's initials."""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def divisions(current: Path, townships: Path) -> Iterator[tuple[str, str, str]]:
    """Parent's code, own code, name. A county of a municipality hangs below the province itself."""
    for province, under in json.loads(current.read_text(encoding="utf-8"))["provinces"].items():
        code = under["code"][:2]
        yield "", code, province
        for city, inside in under["cities"].items():
            parent = (inside["code"] or under["code"])[:4] if city else code
            if city:
                yield code, parent, city
            for county, place in inside["counties"].items():
                yield parent, place[:6], county
    for place, found in json.loads(townships.read_text(encoding="utf-8")).items():
        for name, code in found["townships"].items():
            yield place[:6], code[:9], name


def older(path: Path, known: set[str]) -> Iterator[tuple[str, str, str]]:
    """Townships of places that the newer source lacks them for. Cities without counties have them below themselves."""
    for street in json.loads(path.read_text(encoding="utf-8")):
        area = street["areaCode"]
        parent = area if area in known else area[:4]
        if parent in known:
            yield parent, street["code"], street["name"]


def initials(name: str) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return "".join(letter for letter in lazy_pinyin(name, style=Style.FIRST_LETTER) if re.fullmatch("[a-z]", letter))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("current", "townships", "older"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    asked = parser.parse_args()
    children: dict[str, dict[str, str]] = defaultdict(dict)
    for parent, code, name in divisions(asked.current, asked.townships):
        children[parent][code] = name
    known = {code for found in children.values() for code in found if len(code) in (4, 6)}
    without = known - children.keys()
    for parent, code, name in older(asked.older, without):
        children[parent][code] = name
    lines = [
        f"{parent}\t" + " ".join(f"{code}:{name}:{initials(name)}" for code, name in sorted(found.items()))
        for parent, found in sorted(children.items())
    ]
    target = ROOT / "kiosk/input/tables/divisions.txt"
    target.write_text("\n" + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    left = sorted(known - children.keys())
    print(f"divisions: {sum(map(len, children.values()))}, without townships: {' '.join(left)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
