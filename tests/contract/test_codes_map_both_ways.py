"""Every code table is read both ways, and the polarity of ratings is asserted by name (failures.md F19)."""

from typing import Any

import pytest

from contract import codes
from contract.codes import CaseType, Codes, Satisfaction

TABLES = [value for value in vars(codes).values() if isinstance(value, Codes)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_a_name_survives_the_way_there_and_back(table: Codes[Any]) -> None:
    for name in type(next(iter(table._code_of))):
        if name in table._code_of:
            assert table.name_of(table.code_of(name)) is name


def test_very_dissatisfied_stays_very_dissatisfied() -> None:
    assert codes.GBT_39046_SATISFACTION.code_of(Satisfaction.VERY_DISSATISFIED) == "5"
    assert codes.ZHEJIANG_SATISFACTION.code_of(Satisfaction.VERY_DISSATISFIED) == "1"
    assert codes.GBT_39046_SATISFACTION.name_of("1") is Satisfaction.VERY_SATISFIED
    assert codes.ZHEJIANG_SATISFACTION.name_of("5") is Satisfaction.VERY_SATISFIED


def test_immediate_and_promised_are_not_mixed() -> None:
    assert codes.GBT_39046_CASE_TYPE.name_of("1") is CaseType.IMMEDIATE
    assert codes.ZHEJIANG_CASE_TYPE.name_of("1") is CaseType.PROMISED


def test_a_value_without_a_mapping_is_an_error() -> None:
    with pytest.raises(LookupError, match="no code for"):
        codes.ZHEJIANG_CASE_TYPE.code_of(CaseType.OTHER)
    with pytest.raises(LookupError, match="knows no code"):
        codes.GBT_39046_SATISFACTION.name_of("0")


def test_a_table_with_one_code_for_two_names_is_refused() -> None:
    with pytest.raises(ValueError, match="two names"):
        Codes("planted", {Satisfaction.SATISFIED: "1", Satisfaction.DISSATISFIED: "1"})
