import re
from pathlib import Path

from kiosk import words

ROOT = Path(__file__).resolve().parents[2]


def refusals() -> set[str]:
    """Every reason the centre's code gives, by its literal."""
    return {
        reason
        for path in (ROOT / "central").rglob("*.py")
        for reason in re.findall(r'Refused\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
    }


def test_whatever_the_centre_refuses_the_terminal_can_say_why() -> None:
    found = refusals()
    assert len(found) > 15
    assert {reason for reason in found if f"refused.{reason}" not in words.load("zh-Hans")} == set()
