"""Who the simulated departments know: everything about a person follows from the identity number."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

_PLACES = ("鹿苑街道", "泾渭街道", "崇皇街道", "通远街道", "张卜街道")
_EMPLOYERS = ("渭水机械有限公司", "高陵区第一小学", "北塬物流有限公司", "泾河商贸有限公司")


@dataclass(frozen=True)
class Known:
    """A person as departments know one. `random` is the same for the same number and `what`."""

    id_number: str
    today: date

    def random(self, what: str) -> Random:
        """Chance that is none."""
        seed = hashlib.sha256(f"{what}|{self.id_number}".encode()).digest()
        return Random(seed)  # noqa: S311 - invented people, not keys

    @property
    def born(self) -> date:
        """From the number, where it holds a date."""
        try:
            return date(int(self.id_number[6:10]), int(self.id_number[10:12]), int(self.id_number[12:14]))
        except ValueError:
            return date(1980, 1, 1)

    @property
    def age(self) -> int:
        """Full years."""
        return (
            self.today.year - self.born.year - ((self.today.month, self.today.day) < (self.born.month, self.born.day))
        )

    @property
    def address(self) -> str:
        """Where the household is registered."""
        chance = self.random("address")
        return f"西安市高陵区{chance.choice(_PLACES)}{chance.randint(1, 60)}号{chance.randint(1, 12)}单元"

    @property
    def employer(self) -> str:
        """Whom they work for."""
        return self.random("employer").choice(_EMPLOYERS)

    @property
    def base(self) -> int:
        """Monthly earnings in fen."""
        return self.random("base").randint(40, 160) * 10_000

    @property
    def employed_months(self) -> int:
        """Until last month."""
        return min(self.random("months").randint(8, 220), max((self.age - 18) * 12, 1))

    def month(self, back: int) -> str:
        """`YYYY-MM` of so many months ago."""
        number = self.today.year * 12 + self.today.month - 1 - back
        return f"{number // 12}-{number % 12 + 1:02}"

    def day(self, back: int) -> str:
        """`YYYY-MM-DD` of so many days ago; of a day to come where it is negative."""
        return (self.today - timedelta(days=back)).isoformat()

    def units(self) -> list[dict[str, Any]]:
        """Real estate. A third of all people own nothing."""
        chance = self.random("units")
        return [self._unit(chance, place) for place in range(chance.choice((0, 1, 1, 2)) if self.age >= 22 else 0)]

    def _unit(self, chance: Random, place: int) -> dict[str, Any]:
        year, serial = chance.randint(2009, 2024), chance.randint(1_000, 99_999)
        return {
            "certificate": f"陕({year})高陵区不动产权第{serial:07}号",
            "unit_number": f"610117{chance.randint(10**12, 10**13 - 1)}F{chance.randint(0, 10**8 - 1):08}",
            "owner": "本人",
            "location": f"{self.address}{chance.randint(1, 30)}0{place + 1}室",
            "area_m2": f"{chance.randint(48, 160)}.{chance.randint(0, 99):02}",
            "use": "住宅",
            "ownership": "单独所有",
            "term": f"国有建设用地使用权 {year - 3}-06-01 起 70 年",
            "registered_on": f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            "restrictions": ["抵押"] if chance.random() < 0.3 else [],
        }
