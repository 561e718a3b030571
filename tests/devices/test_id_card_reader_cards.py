"""The four layouts against published sums, and every card that published parsers trip over."""

import hashlib
import json
import zlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.id_card_reader.cards import CARDS, PHOTO
from devices.id_card_reader.codes import ETHNIC_GROUP, SEX, ethnic_group_name, sex_name
from devices.id_card_reader.layouts import (
    LAYOUTS,
    CardKind,
    UnreadableContent,
    card_kind,
    decode_field,
    decode_text,
    encode_field,
    encode_text,
    with_newest_address,
)
from devices.id_card_reader.protocol import CardBlocks, FrameReader, Reply, encode_blocks, encode_reply

SUMS = {
    "resident": (0xB8, 0xE3F97909, "3bd529a76db1c53e9003ecef410024658f2da8b1678360868402c1bfe5037a40"),
    "hk_mo_tw": (0x37, 0xFFDEF963, "29620b76a9d3af7f0613e15c971344c246f284727ce38ea207e57291a6b70692"),
    "foreigner_2017": (0x69, 0x287C1818, "1aa480cf171b00ac32d334f27f0bcfc1819dc48bc3cfbca099f5c68cc369fdd2"),
    "foreigner_2023": (0x2C, 0xEF0A4994, "1ed34a250985f95ca89045ec5fb33c3a6f6e5f96a91bcf556eae02a5b0cf0072"),
}
RESIDENT = {"name": "张三", "sex": "2", "ethnic_group": "01", "valid_from": "20200101", "valid_to": "长期"}


@pytest.mark.parametrize("name", SUMS)
def test_a_complete_read_reply_is_byte_exact(name: str) -> None:
    wire = encode_reply(Reply(0x90, encode_blocks(CardBlocks(CARDS[name].text(), PHOTO))))
    last, crc, digest = SUMS[name]
    assert (len(wire), wire[-1], zlib.crc32(wire)) == (1295, last, crc)
    assert hashlib.sha256(wire).hexdigest() == digest
    reader = FrameReader()
    assert [event for byte in wire for event in reader.feed(bytes([byte]))] == FrameReader().feed(wire)


@pytest.mark.parametrize("kind", CardKind)
def test_layouts_fill_the_block_and_the_flag_is_at_248(kind: CardKind) -> None:
    sizes = [size for _, size in LAYOUTS[kind]]
    assert sum(sizes) == 256
    names = [name for name, _ in LAYOUTS[kind]]
    assert sum(sizes[: names.index("_flag")]) == 248


def test_resident_as_json() -> None:
    assert decode_text(CARDS["resident"].text()).as_json() == {
        "kind": "resident",
        "name": "张三",
        "sex": "女",
        "ethnic_group": "汉",
        "birth_date": "1949-12-31",
        "address": "北京市朝阳区示范路1号",
        "id_number": "11010519491231002X",
        "issuer": "北京市公安局朝阳分局",
        "valid_from": "2020-01-01",
        "valid_to": None,
    }


def test_hk_mo_tw_permit() -> None:
    content = decode_text(CARDS["hk_mo_tw"].text())
    assert (content.kind, content.name, content.sex) == (CardKind.HK_MO_TW, "陈大文", "男")
    assert (content.pass_number, content.issue_count) == ("H12345678", "01")
    assert (content.ethnic_group, content.ethnic_code) == (None, None)
    assert content.valid_to == date(2029, 1, 5)


def test_foreigner_2017_has_a_name_of_120_bytes() -> None:
    content = decode_text(CARDS["foreigner_2017"].text())
    assert (content.latin_name, content.name, content.id_number) == ("DOE, JANE MARY", "简多伊", "USA110085010116")
    assert (content.nationality, content.authority_code, content.birth_date) == ("USA", "1500", date(1985, 1, 1))
    assert content.as_json()["valid_to"] == "2028-02-28"


def test_foreigner_2023_name_is_joined_with_the_blank_at_its_seam() -> None:
    content = decode_text(CARDS["foreigner_2023"].text())
    assert content.latin_name == "ANDERSONSMITH, ALEXANDER BARTHOLOMEW JOHN"
    fields = {"latin_name": "A" * 34 + " BC", "valid_to": "20340531"}
    assert decode_text(encode_text(CardKind.FOREIGNER_2023, fields)).latin_name == "A" * 34 + " BC"


def test_json_of_every_sample_card_is_plain() -> None:
    for card in CARDS.values():
        assert json.loads(json.dumps(decode_text(card.text()).as_json(), ensure_ascii=False))["name"]


def test_a_trailing_x_stays() -> None:
    assert decode_text(CARDS["resident"].text()).id_number.endswith("X")


def test_a_wrong_check_digit_never_refuses_a_read() -> None:
    assert decode_text(CARDS["wrong_check_digit"].text()).id_number == "110105199003070011"


@pytest.mark.parametrize(("code", "name"), [("0", "未知"), ("1", "男"), ("2", "女"), ("9", "未说明"), ("7", "code 7")])
def test_sex_is_not_either_one_or_female(code: str, name: str) -> None:
    content = decode_text(encode_text(CardKind.RESIDENT, {**RESIDENT, "sex": code}))
    assert (content.sex, content.sex_code) == (name, code)


def test_ethnic_groups_of_the_table_and_unknown_ones() -> None:
    assert len(ETHNIC_GROUP) == 59
    assert [ethnic_group_name(code) for code in ("05", "29", "56", "81", "98")] == [
        "维吾尔",
        "柯尔克孜",
        "基诺",
        "穿青人",
        "外国血统中国籍人士",
    ]
    content = decode_text(CARDS["unspecified"].text())
    assert (content.ethnic_group, content.sex) == ("code 77", "未说明")


@pytest.mark.parametrize("name", ["王\u3000五", "\u3000王五", "王五\u3000", "阿依古丽·买买提", "王㛃𠮷", "李\ue863"])
def test_names_come_back_as_they_are_on_the_card(name: str) -> None:
    assert decode_text(encode_text(CardKind.RESIDENT, {**RESIDENT, "name": name})).name == name


def test_an_unknown_flag_is_no_garbled_person() -> None:
    text = bytearray(CARDS["resident"].text())
    text[248] = ord("Z")
    with pytest.raises(UnreadableContent, match="type flag"):
        decode_text(bytes(text))


def test_a_short_block_is_no_card() -> None:
    with pytest.raises(UnreadableContent):
        card_kind(CARDS["resident"].text()[:250])


@pytest.mark.parametrize("end", ["", "2020", "20201301", "20200230"])
def test_an_unreadable_end_is_not_taken_for_without_end(end: str) -> None:
    with pytest.raises(UnreadableContent, match="valid to"):
        decode_text(encode_text(CardKind.RESIDENT, {**RESIDENT, "valid_to": end}))


def test_an_unreadable_birth_date_is_none() -> None:
    assert decode_text(encode_text(CardKind.RESIDENT, {**RESIDENT, "birth_date": "1949 231"})).birth_date is None


def test_a_later_address_comes_beside_the_printed_one() -> None:
    content = decode_text(CARDS["moved"].text())
    moved = with_newest_address(content, encode_field(CARDS["moved"].newest_address, 70))
    assert moved.newest_address == "北京市海淀区示范街2号院3单元"
    assert moved.address == content.address
    assert with_newest_address(content, encode_field("", 70)).newest_address is None


def test_a_new_address_frame_has_the_published_checksum() -> None:
    wire = encode_reply(Reply(0x90, encode_field("北京市海淀区示范街2号院3单元", 70)))
    assert (len(wire), wire[5:7], wire[-1]) == (81, b"\x00\x4a", 0xA7)


def test_nothing_personal_is_in_a_repr() -> None:
    content = decode_text(CARDS["resident"].text())
    blocks = CardBlocks(CARDS["resident"].text(), PHOTO)
    assert repr(content) == "CardContent(resident)"
    assert repr(blocks) == "CardBlocks()"
    assert "\\x" not in repr(Reply(0x90, b"\x00\x01")) + repr(FrameReader().feed(encode_reply(Reply(0x90, bytes(9)))))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=15))
def test_fields_come_back(text: str) -> None:
    if len(text.encode("utf-16-le")) <= 30:
        assert decode_field(encode_field(text, 30)) == text.rstrip(" \0")
    else:
        with pytest.raises(ValueError, match="do not fit into 30"):
            encode_field(text, 30)


def test_a_field_that_is_no_text_is_still_read() -> None:
    assert decode_field(b"\x00\xd8" + b"\x20\x00") == "\ufffd"


def test_code_names() -> None:
    assert sex_name("") == "code "
    assert set(SEX) == {"0", "1", "2", "9"}
