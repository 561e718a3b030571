"""The field's code tables as our own enums. A digit of a standard or a partner exists only at the edge, through
`Codes`.

Conflicting tables (standards.md 4) turn praise into blame when they are mixed, so nothing inside the product stores a
digit.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar


class Satisfaction(StrEnum):
    """满意度, GB/T 39046-2020 A.8."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    FAIRLY_SATISFIED = "fairly_satisfied"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"


class CaseType(StrEnum):
    """办件类型, GB/T 39046-2020 A.6."""

    IMMEDIATE = "immediate"
    PROMISED = "promised"
    OTHER = "other"


class ItemType(StrEnum):
    """事项类型, GB/T 39046-2020 A.1 (the codes in use; 11 and 21 onwards are free)."""

    ADMINISTRATIVE_POWER = "administrative_power"
    LICENCE = "licence"
    PENALTY = "penalty"
    COERCION = "coercion"
    LEVY = "levy"
    GRANT = "grant"
    INSPECTION = "inspection"
    CONFIRMATION = "confirmation"
    AWARD = "award"
    RULING = "ruling"
    OTHER_POWER = "other_power"
    PUBLIC_SERVICE = "public_service"


class ServiceObject(StrEnum):
    """服务对象, GB/T 39046-2020 A.4."""

    NATURAL_PERSON = "natural_person"
    ENTERPRISE = "enterprise"
    PUBLIC_INSTITUTION = "public_institution"
    SOCIAL_ORGANISATION = "social_organisation"
    GOVERNMENT_BODY = "government_body"
    OTHER = "other"


class ExerciseLevel(StrEnum):
    """行使层级, GB/T 39046-2020 A.2."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    SHARED = "shared"


Name = TypeVar("Name", bound=StrEnum)


class Codes(Generic[Name]):
    """One partner's table for one enum, read both ways. A value without a mapping is an error, never a default."""

    def __init__(self, title: str, table: Mapping[Name, str]) -> None:
        self.title = title
        self._code_of = dict(table)
        self._name_of = {code: name for name, code in table.items()}
        if len(self._name_of) != len(self._code_of):
            message = f"{title}: one code stands for two names"
            raise ValueError(message)

    def code_of(self, name: Name) -> str:
        """The partner's code. Raises LookupError for a name the partner has no code for."""
        try:
            return self._code_of[name]
        except KeyError:
            message = f"{self.title} has no code for {name.value!r}"
            raise LookupError(message) from None

    def name_of(self, code: str) -> Name:
        """Our name for a partner's code. Raises LookupError for a code the table does not hold."""
        try:
            return self._name_of[code]
        except KeyError:
            message = f"{self.title} knows no code {code!r}"
            raise LookupError(message) from None


GBT_39046_SATISFACTION: Codes[Satisfaction] = Codes(
    "GB/T 39046 A.8 满意度",
    {
        Satisfaction.VERY_SATISFIED: "1",
        Satisfaction.SATISFIED: "2",
        Satisfaction.FAIRLY_SATISFIED: "3",
        Satisfaction.DISSATISFIED: "4",
        Satisfaction.VERY_DISSATISFIED: "5",
    },
)
ZHEJIANG_SATISFACTION: Codes[Satisfaction] = Codes(
    "浙江 满意度",
    {
        Satisfaction.VERY_SATISFIED: "5",
        Satisfaction.SATISFIED: "4",
        Satisfaction.FAIRLY_SATISFIED: "3",
        Satisfaction.DISSATISFIED: "2",
        Satisfaction.VERY_DISSATISFIED: "1",
    },
)
GBT_39046_CASE_TYPE: Codes[CaseType] = Codes(
    "GB/T 39046 A.6 办件类型", {CaseType.IMMEDIATE: "1", CaseType.PROMISED: "2", CaseType.OTHER: "9"}
)
ZHEJIANG_CASE_TYPE: Codes[CaseType] = Codes("浙江 办件类型", {CaseType.PROMISED: "1", CaseType.IMMEDIATE: "2"})
GBT_39046_ITEM_TYPE: Codes[ItemType] = Codes(
    "GB/T 39046 A.1 事项类型",
    {
        ItemType.ADMINISTRATIVE_POWER: "00",
        ItemType.LICENCE: "01",
        ItemType.PENALTY: "02",
        ItemType.COERCION: "03",
        ItemType.LEVY: "04",
        ItemType.GRANT: "05",
        ItemType.INSPECTION: "06",
        ItemType.CONFIRMATION: "07",
        ItemType.AWARD: "08",
        ItemType.RULING: "09",
        ItemType.OTHER_POWER: "10",
        ItemType.PUBLIC_SERVICE: "20",
    },
)
GBT_39046_SERVICE_OBJECT: Codes[ServiceObject] = Codes(
    "GB/T 39046 A.4 服务对象",
    {
        ServiceObject.NATURAL_PERSON: "1",
        ServiceObject.ENTERPRISE: "2",
        ServiceObject.PUBLIC_INSTITUTION: "3",
        ServiceObject.SOCIAL_ORGANISATION: "4",
        ServiceObject.GOVERNMENT_BODY: "5",
        ServiceObject.OTHER: "6",
    },
)
GBT_39046_EXERCISE_LEVEL: Codes[ExerciseLevel] = Codes(
    "GB/T 39046 A.2 行使层级",
    {
        ExerciseLevel.NATIONAL: "1",
        ExerciseLevel.PROVINCE: "2",
        ExerciseLevel.CITY: "3",
        ExerciseLevel.COUNTY: "4",
        ExerciseLevel.TOWNSHIP: "5",
        ExerciseLevel.VILLAGE: "6",
        ExerciseLevel.SHARED: "7",
    },
)
