import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.names import _FE50, Match, compare, folded, same
from contract.variants import SIMPLIFIED, VARIANTS

DOTS = "·•‧．・･."


@pytest.mark.parametrize("dot", DOTS)
def test_any_middle_dot_is_the_same_dot_and_none_is_too(dot: str) -> None:
    assert same("阿依古丽·买买提", f"阿依古丽{dot}买买提")
    assert same(f"阿依古丽 {dot} 买买提", "阿依古丽买买提")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("龑\ue863", "龑䶮"),  # GB 18030-2000 had no other place for U+4DAE
        ("\ue81e", "\u9fb4"),
        ("王\ue7c8", "王ǹ"),
        ("張學", "张学"),
        ("黃呂", "黄吕"),
        ("陳　大文", "陈大文"),
        ("李\U000e0100明", "李明"),
        ("\uf9b0", "聆"),  # a compatibility ideograph
        ("DOE, JANE", "Jane Doe"),
        ("ＪＯＳÉ ＧＯＭＥＺ", "GOMEZ,JOSE"),
        ("ANNE-MARIE CURIE", "Curie Anne Marie"),
        ("\U00020bb7野", "\U00020bb7野"),
    ],
)
def test_one_name_in_two_registers_is_one_name(one: str, other: str) -> None:
    assert compare(one, other) is Match.SAME
    assert compare(other, one) is Match.SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [("张三", "张二"), ("张三", "张三丰"), ("李堃", "李坤"), ("王旭", "王煦"), ("DOE JANE", "DOE JOHN")],
)
def test_another_name_is_another_name(one: str, other: str) -> None:
    assert compare(one, other) is Match.DIFFERENT


@pytest.mark.parametrize(("one", "other"), [("王\ue000", "王䶮"), ("王?", "王䶮"), ("王□明", "王喆明"), ("", "王明")])
def test_a_character_a_register_could_not_hold_is_for_a_person_to_look_at(one: str, other: str) -> None:
    assert compare(one, other) is Match.UNSURE


def test_private_use_codes_are_those_of_the_standard() -> None:
    """Where Python's codec knows the later code, it is the one of our table; where not, it has the private one."""
    places = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
    assert len(places) == len(_FE50)
    for number, (place, char) in enumerate(zip(places, _FE50, strict=True)):
        decoded = bytes([0xFE, place]).decode("gb18030")
        assert decoded in {char, chr(0xE815 + number)}
        assert same(f"李{chr(0xE815 + number)}", f"李{char}")


def test_variants_end_in_one_step() -> None:
    assert len(VARIANTS) == len(SIMPLIFIED) == len(set(VARIANTS))
    assert not set(VARIANTS) & set(SIMPLIFIED)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6))
def test_folding_is_final_and_every_name_is_its_own(name: str) -> None:
    assert compare(name, name) is Match.SAME
    assert folded(folded(name)) == folded(name)
    assert compare(name, f"{name}一") is Match.DIFFERENT


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_text_is_compared_without_an_error_and_both_ways_alike(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one)
