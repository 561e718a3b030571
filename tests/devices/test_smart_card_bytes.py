"""Commands, answers, status words and records of ISO 7816-4, and what a social-security card's records say."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.model import Action, DeviceError
from devices.smart_card_reader.cards import CARDS, Chip, SampleCard
from devices.smart_card_reader.content import (
    APPLICATION,
    RECORDS,
    UnreadableContent,
    decode_content,
    encode_content,
)
from devices.smart_card_reader.conversation import read_content
from devices.smart_card_reader.faults import (
    ACTIONS,
    FAULT_OF_CODE,
    FAULT_OF_STATUS_WORD,
    FAULTS,
    fault_of_answer,
    fault_of_call,
)
from devices.smart_card_reader.protocol import (
    STATUS_WORDS,
    Answer,
    Command,
    Redaction,
    decode_answer,
    decode_command,
    decode_record,
    encode_answer,
    encode_command,
    encode_record,
    follow_up,
    meaning,
    read_record,
    select_application,
    select_file,
)

GOLDEN = {
    "00 A4 04 00 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF": select_application(APPLICATION),
    "00 A4 02 00 02 EF 06": select_file(0xEF06),
    "00 B2 07 2C 0B": read_record(7, 5, 9 + 2),
    "00 B2 08 34 14": read_record(8, 6, 18 + 2),
    "00 B2 09 34 20": read_record(9, 6, 30 + 2),
    "00 B2 09 34 00": read_record(9, 6, 256),
    "00 C0 00 00 16": Command(0xC0, 0, 0, le=0x16),
    "80 CA 9F 7F": Command(0xCA, 0x9F, 0x7F, cla=0x80),
    "00 A4 04 00 02 3F 00 00": Command(0xA4, 4, 0, b"\x3f\x00", 256),
}


@pytest.mark.parametrize("wire", GOLDEN)
def test_commands_both_ways(wire: str) -> None:
    assert encode_command(GOLDEN[wire]) == bytes.fromhex(wire)
    assert decode_command(bytes.fromhex(wire)) == GOLDEN[wire]


OCTET = st.integers(0, 255)


@given(OCTET, OCTET, OCTET, st.binary(max_size=255), st.none() | st.integers(1, 256), OCTET)
def test_any_command_both_ways(ins: int, p1: int, p2: int, payload: bytes, le: int | None, cla: int) -> None:
    command = Command(ins, p1, p2, payload, le, cla)
    assert decode_command(encode_command(command)) == command


@given(st.binary(max_size=300))
def test_any_bytes_are_a_command_or_refused(raw: bytes) -> None:
    try:
        command = decode_command(raw)
    except ValueError:
        return
    assert encode_command(command) == raw


@pytest.mark.parametrize("command", [Command(0xA4, 4, 0, bytes(256)), Command(0xB2, 1, 4, le=257)])
def test_what_is_no_short_command_is_refused(command: Command) -> None:
    with pytest.raises(ValueError, match="no short command"):
        encode_command(command)


@given(st.binary(max_size=256), st.integers(0x6000, 0x9FFF))
def test_answers_both_ways(payload: bytes, sw: int) -> None:
    answer = Answer(sw, payload)
    assert decode_answer(encode_answer(answer)) == answer


@pytest.mark.parametrize("raw", [b"", b"\x90"])
def test_less_than_a_status_word_is_no_answer(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no answer"):
        decode_answer(raw)


@given(OCTET, st.binary(max_size=255), st.binary(max_size=20))
def test_records_both_ways_whatever_stands_behind_them(tag: int, value: bytes, behind: bytes) -> None:
    assert decode_record(encode_record(tag, value) + behind, tag) == value


@pytest.mark.parametrize("raw", [b"", b"\x09", b"\x08\x01A", b"\x09\x05AAAA", b"\x09\xff" + bytes(200)])
def test_a_record_of_another_tag_or_length_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no record 09"):
        decode_record(raw, 9)


def test_what_t0_asks_for_is_followed() -> None:
    command = read_record(7, 5, 11)
    assert follow_up(command, Answer(0x6114)) == Command(0xC0, 0, 0, le=0x14)
    assert follow_up(command, Answer(0x6100)) == Command(0xC0, 0, 0, le=256)
    assert follow_up(command, Answer(0x6C16)) == read_record(7, 5, 0x16)
    assert follow_up(read_record(7, 5, 0x16), Answer(0x6C16)) is None
    assert follow_up(command, Answer(0x9000)) is None


@pytest.mark.parametrize(
    ("sw", "words"), [(0x9000, "success"), (0x63C2, "verification failed, 2 tries left"), (0x1234, "unknown")]
)
def test_a_status_word_in_words(sw: int, words: str) -> None:
    assert words in meaning(sw)


def test_every_status_word_and_every_code_is_mapped_to_somebody() -> None:
    assert set(FAULT_OF_STATUS_WORD) == set(STATUS_WORDS)
    for sw, key in FAULT_OF_STATUS_WORD.items():
        assert key is None or fault_of_answer(select_file(0xEF05), Answer(sw)).action is ACTIONS[key]
    for code in FAULT_OF_CODE:
        assert isinstance(fault_of_call("SCardConnect", code).action, Action)
    reached = {*FAULT_OF_CODE.values(), *FAULT_OF_STATUS_WORD.values()}
    assert set(FAULTS) - reached == set()


def test_what_nobody_ever_heard_of_is_still_a_named_fault() -> None:
    assert fault_of_answer(select_file(0xEF05), Answer(0x9ABC)).key == "smart_card_reader.read_failed"
    assert fault_of_call("SCardConnect", 0x80109999).key == "smart_card_reader.service_failed"


def test_heads_and_status_words_are_all_a_recorder_keeps() -> None:
    redaction = Redaction()
    assert redaction("out", encode_command(select_application(APPLICATION))) == bytes.fromhex("00A40400")
    assert redaction("in", encode_answer(Answer(0x9000, "李晓明".encode("gbk")))) == b"\x90\x00"
    assert redaction("in", "李晓明17".encode("gbk")) == b"", "no status word at its end"
    assert redaction("dropped", b"anything") == b""


def conversation(card: SampleCard) -> Callable[[Command], Answer]:
    chip = Chip(card)
    return lambda command: decode_answer(encode_answer(chip.answer(decode_command(encode_command(command)))))


@pytest.mark.parametrize("name", ["holder", "longer_records", "shorter_records", "two_steps"])
def test_cards_of_every_province_give_the_same_content(name: str) -> None:
    content = read_content(conversation(CARDS[name]))
    assert (content.name, content.id_number) == ("李晓明", "110105199003070017")
    assert (content.card_number, content.sex, content.ethnic_group) == ("A00000018", "1", "01")
    assert (content.issued, content.expires) == (date(2020, 1, 1), date(2040, 1, 1))


def test_a_rare_name_is_whole() -> None:
    assert read_content(conversation(CARDS["rare_name"])).name == "王㛃𠮷"


def test_what_is_kept_for_a_security_module_is_not_known() -> None:
    content = read_content(conversation(CARDS["protected"]))
    assert (content.card_number, content.name, content.id_number) == ("A00000018", None, None)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("all_protected", "smart_card_reader.card_protected"),
        ("bank_card", "smart_card_reader.card_not_supported"),
    ],
)
def test_a_card_that_gives_nothing_says_why(name: str, key: str) -> None:
    with pytest.raises(DeviceError) as failed:
        read_content(conversation(CARDS[name]))
    assert failed.value.fault.key == key


def answering(*answers: Answer) -> Callable[[Command], Answer]:
    """A card that gives these answers and then the last one again and again."""
    rest = list(answers)
    return lambda _: rest.pop(0) if len(rest) > 1 else rest[0]


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ((Answer(0x6110),), "smart_card_reader.read_failed"),
        ((Answer(0x9000),), "smart_card_reader.card_unreadable"),
        ((Answer(0x9000), Answer(0x6A82)), "smart_card_reader.card_not_supported"),
        ((Answer(0x9000), Answer(0x9000), Answer(0x6700)), "smart_card_reader.card_unreadable"),
        ((Answer(0x9000), Answer(0x9000), Answer(0x6581)), "smart_card_reader.card_unreadable"),
        ((Answer(0x6283),), "smart_card_reader.card_blocked"),
        ((Answer(0x9303),), "smart_card_reader.card_blocked"),
        ((Answer(0x9000), Answer(0x9000), Answer(0x6A83)), "smart_card_reader.card_unreadable"),
    ],
)
def test_a_card_that_answers_strangely_ends_in_a_named_fault(answers: tuple[Answer, ...], key: str) -> None:
    with pytest.raises(DeviceError) as failed:
        read_content(answering(*answers))
    assert failed.value.fault.key == key


def test_a_card_that_refuses_the_length_is_asked_for_the_whole_record() -> None:
    chip, asked = Chip(CARDS["holder"]), list[int | None]()

    def strict(command: Command) -> Answer:
        asked.append(command.le)
        return Answer(0x6700) if command.ins == 0xB2 and command.le != 256 else chip.answer(command)

    assert read_content(strict).name == "李晓明"
    assert asked.count(256) == len(RECORDS)


VALUES = encode_content(CARDS["holder"].fields)


@pytest.mark.parametrize(
    ("field", "raw", "read"),
    [
        ("sex", b"2", "2"),
        ("sex", b"\x02", "2"),
        ("sex", b"\x00", None),
        ("ethnic_group", b"\x05", "05"),
        ("ethnic_group", b"\x31", "31"),
        ("ethnic_group", b"56", "56"),
        ("ethnic_group", b"\xff", None),
        ("name", "阿依古丽·买买提".encode("gbk"), "阿依古丽·买买提"),
        ("name", b"\x00" * 30, None),
        ("name", "王　五".encode("gbk") + b"    ", "王　五"),
        ("id_number", b"11010519491231002X\xff\xff", "11010519491231002X"),
        ("issued", bytes.fromhex("20200101"), date(2020, 1, 1)),
        ("issued", b"20200101", date(2020, 1, 1)),
        ("expires", b"\x00\x00\x00\x00", None),
        ("expires", b"\xff\xff\xff\xff", None),
        ("card_id", b"", None),
    ],
)
def test_values_as_cards_of_different_makers_keep_them(field: str, raw: bytes, read: object) -> None:
    assert getattr(decode_content({**VALUES, field: raw}), field) == read


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("name", b"\xc0\x81\xff\x01"),
        ("name", "李".encode("gbk") + b"\x00" + "明".encode("gbk")),
        ("issued", bytes.fromhex("20201301")),
        ("issued", bytes.fromhex("2020ABCD")),
        ("sex", b"A"),
        ("ethnic_group", b"\xab"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_name_only(field: str, raw: bytes) -> None:
    with pytest.raises(UnreadableContent) as failed:
        decode_content({**VALUES, field: raw})
    assert str(failed.value) == field


def test_a_card_shows_nothing_of_its_holder_when_printed() -> None:
    content = read_content(conversation(CARDS["holder"]))
    shown = f"{content!r} {content} {Answer(0x9000, b'x')!r} {select_application(APPLICATION)!r}"
    assert [value for value in content.as_json().values() if value and len(value) > 2 and value in shown] == []
