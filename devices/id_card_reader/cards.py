"""Sample cards for the simulator: synthetic persons, among them every case a reader's parser trips over."""

from dataclasses import dataclass
from typing import Final

from devices.id_card_reader.layouts import CardKind, encode_text

PHOTO: Final = bytes.fromhex("574C66007E003200") + bytes(i & 0xFF for i in range(8, 1024))
"""Begins like a WLT picture and is not one."""


@dataclass(frozen=True)
class SampleCard:
    """One card: what its chip holds."""

    name: str
    kind: CardKind
    fields: dict[str, str]
    newest_address: str = ""

    def text(self) -> bytes:
        """The 256-byte block."""
        return encode_text(self.kind, self.fields)


def _resident(card: str, **fields: str) -> SampleCard:
    usual = {
        "name": "李晓明",
        "sex": "1",
        "ethnic_group": "01",
        "birth_date": "19900307",
        "address": "北京市海淀区示范路18号院2号楼3单元601",
        "id_number": _numbered("11010519900307", "001"),
        "issuer": "北京市公安局海淀分局",
        "valid_from": "20190611",
        "valid_to": "20390611",
    }
    newest = fields.pop("newest_address", "")
    return SampleCard(card, CardKind.RESIDENT, usual | fields, newest)


def _numbered(head: str, sequence: str) -> str:
    """A citizen number with its check character (GB 11643)."""
    digits = head + sequence
    total = sum(int(digit) * (2 ** (17 - i) % 11) for i, digit in enumerate(digits))
    return digits + "10X98765432"[total % 11]


CARDS: Final[dict[str, SampleCard]] = {
    card.name: card
    for card in (
        _resident(
            "resident",
            name="张三",
            sex="2",
            birth_date="19491231",
            address="北京市朝阳区示范路1号",
            id_number="11010519491231002X",
            issuer="北京市公安局朝阳分局",
            valid_from="20200101",
            valid_to="长期",
        ),
        SampleCard(
            "hk_mo_tw",
            CardKind.HK_MO_TW,
            {
                "name": "陈大文",
                "sex": "1",
                "birth_date": "19900101",
                "address": "广东省深圳市福田区示范路8号",
                "id_number": "810000199001010019",
                "issuer": "深圳市公安局福田分局",
                "valid_from": "20240105",
                "valid_to": "20290105",
                "pass_number": "H12345678",
                "issue_count": "01",
            },
        ),
        SampleCard(
            "foreigner_2017",
            CardKind.FOREIGNER_2017,
            {
                "latin_name": "DOE, JANE MARY",
                "sex": "2",
                "id_number": "USA110085010116",
                "nationality": "USA",
                "name": "简多伊",
                "valid_from": "20180301",
                "valid_to": "20280228",
                "birth_date": "19850101",
                "card_version": "01",
                "authority_code": "1500",
            },
        ),
        SampleCard(
            "foreigner_2023",
            CardKind.FOREIGNER_2023,
            {
                "name": "安德森",
                "sex": "1",
                "renewal_count": "01",
                "birth_date": "19850607",
                "latin_name": "ANDERSONSMITH, ALEXANDER BARTHOLOMEW JOHN",
                "id_number": "911840198506070038",
                "valid_from": "20240601",
                "valid_to": "20340531",
                "nationality": "USA",
                "earlier_number_link": "A01",
            },
        ),
        _resident("adult"),
        _resident(
            "rare_name",
            name="王㛃𠮷",
            sex="2",
            birth_date="19880815",
            id_number=_numbered("31011519880815", "026"),
            address="上海市浦东新区示范大道99弄7号402室",
            issuer="上海市公安局浦东分局",
        ),
        _resident(
            "dotted_name",
            name="阿依古丽·买买提",
            sex="2",
            ethnic_group="05",
            birth_date="19950220",
            id_number=_numbered("65010219950220", "042"),
            address="新疆维吾尔自治区乌鲁木齐市天山区示范街5号",
            issuer="乌鲁木齐市公安局天山分局",
        ),
        _resident("wide_blank_name", name="王\u3000五", ethnic_group="97"),
        _resident("unspecified", name="赵六", sex="9", ethnic_group="77"),
        _resident("moved", name="孙七", newest_address="北京市海淀区示范街2号院3单元"),
        _resident("wrong_check_digit", name="周八", id_number="110105199003070011"),
        _resident("expired", name="吴九", valid_from="20050101", valid_to="20150101"),
    )
}
