"""Scanner bytes: commands and answers of three makes both ways, codes cut in every way, and text nobody may send."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.code_scanner import makes
from devices.code_scanner.commands import OrderReader
from devices.code_scanner.makes import MAKES, MakeName, SsiReader, newland, redacted, ssi
from devices.code_scanner.protocol import (
    LONGEST,
    Answer,
    Dropped,
    Event,
    Framing,
    Reader,
    Scanned,
    Terminator,
    UnreadableCode,
    cut_burst,
    decode_code,
    encode_burst,
)

NAMES: tuple[MakeName, ...] = ("newland", "honeywell", "zebra")
COMMANDS = [
    ("newland", MAKES["newland"].start.octets, "7E 01 30 30 30 30 23 53 43 4E 54 52 47 31 3B 03", "start"),
    ("newland", MAKES["newland"].stop.octets, "7E 01 30 30 30 30 23 53 43 4E 54 52 47 30 3B 03", "stop"),
    ("newland", newland("@SCNMOD0"), "7E 01 30 30 30 30 40 53 43 4E 4D 4F 44 30 3B 03", "set"),
    ("newland", MAKES["newland"].ask.octets, "7E 01 30 30 30 30 23 53 43 4E 4D 4F 44 2A 3B 03", "ask"),
    ("honeywell", MAKES["honeywell"].start.octets, "16 54 0D", "start"),
    ("honeywell", MAKES["honeywell"].stop.octets, "16 55 0D", "stop"),
    ("honeywell", MAKES["honeywell"].ask.octets, "16 4D 0D 54 52 47 4D 4F 44 3F 2E", "ask"),
    ("honeywell", MAKES["honeywell"].set_up.octets, "16 4D 0D 54 52 47 4D 4F 44 30 21", "set"),
    ("zebra", MAKES["zebra"].start.octets, "04 E4 04 00 FF 14", "start"),
    ("zebra", MAKES["zebra"].stop.octets, "04 E5 04 00 FF 13", "stop"),
    ("zebra", MAKES["zebra"].ask.octets, "06 C7 04 00 8A EE FD B7", "ask"),
]
ANSWERS = [
    ("newland", "02 01 30 30 30 30 23 53 43 4E 54 52 47 31 06 3B 03", Answer("ack", "SCNTRG1")),
    ("newland", "02 01 30 30 30 30 40 53 43 4E 4D 4F 44 30 06 3B 03", Answer("ack", "SCNMOD0")),
    ("newland", "02 01 30 30 30 30 40 53 43 4E 4D 4F 44 39 15 3B 03", Answer("nak", "SCNMOD9")),
    ("newland", "02 01 30 30 30 30 40 58 58 58 58 58 58 05 3B 03", Answer("enq", "XXXXXX")),
    ("honeywell", "54 52 47 4D 4F 44 30 06 2E", Answer("ack", "TRGMOD0")),
    ("honeywell", "54 52 47 4D 4F 44 39 15 21", Answer("nak", "TRGMOD9")),
    ("zebra", "04 D0 00 00 FF 2C", Answer("ack")),
    ("zebra", "05 D1 00 00 06 FF 24", Answer("nak")),
]


@pytest.mark.parametrize(("make", "octets", "wire", "word"), COMMANDS)
def test_commands_both_ways(make: MakeName, octets: bytes, wire: str, word: str) -> None:
    assert octets == bytes.fromhex(wire)
    assert [order.word for order in OrderReader(make).feed(octets)] == [word]
    slowly = OrderReader(make)
    assert [order.word for byte in b"\xf8" + octets for order in slowly.feed(bytes((byte,)))] == [word]


@pytest.mark.parametrize(("make", "wire", "answer"), ANSWERS)
def test_answers_both_ways(make: MakeName, wire: str, answer: Answer) -> None:
    octets = bytes.fromhex(wire)
    whole, slowly = MAKES[make].reader(Framing()), MAKES[make].reader(Framing())
    assert whole.feed(octets) == [answer]
    assert [event for byte in octets for event in slowly.feed(bytes((byte,)))] == [answer]
    assert [whole.inside, slowly.inside] == [False, False]


def test_the_answer_about_a_zebras_parameters_is_acknowledged() -> None:
    packet = ssi(makes.PARAMETERS, bytes.fromhex("FF8A08EE01"), makes.DECODER)
    [event] = SsiReader(Framing()).feed(packet)
    assert event == Answer("ack", "8A08EE01", bytes.fromhex("04D00400FF28"))


def shown(make: MakeName, raw: bytes, framing: Framing) -> bytes:
    if make != "zebra":
        return encode_burst(raw, framing)
    return ssi(makes.DECODED, b"\x1c" + framing.prefix + raw + framing.suffix, makes.DECODER)


def scans(events: list[Event]) -> list[bytes]:
    return [event.raw for event in events if isinstance(event, Scanned)]


TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cf", "Zl", "Zp", "Cs")), min_size=1, max_size=50)


@given(st.sampled_from(NAMES), TEXTS, st.sampled_from(["cr", "lf", "crlf", "any"]), st.data())
def test_any_cut_gives_the_same_code(make: MakeName, text: str, terminator: Terminator, data: st.DataObject) -> None:
    framing = Framing(terminator, b"<<", b">>")
    raw = text.encode()
    wire = shown(make, raw, framing)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    reader, events = MAKES[make].reader(framing), list[Event]()
    for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        events += reader.feed(wire[start:end])
    events += reader.quiet() if reader.inside else []
    assert scans(events) == [raw]
    assert decode_code(raw).text == text.removeprefix("\ufeff")


@pytest.mark.parametrize("make", NAMES)
def test_an_answer_between_two_codes_takes_nothing_from_them(make: MakeName) -> None:
    answer = bytes.fromhex({"newland": ANSWERS[0], "honeywell": ANSWERS[4], "zebra": ANSWERS[6]}[make][1])
    reader = MAKES[make].reader(Framing("cr"))
    events = reader.feed(shown(make, b"A1", Framing("cr")) + answer + shown(make, b"B2", Framing("cr")))
    events += reader.quiet() if reader.inside else []
    assert scans(events) == [b"A1", b"B2"]
    assert sum(isinstance(event, Answer) for event in events) == 1


@pytest.mark.parametrize(
    ("burst", "framing", "found"),
    [
        (b"A1\r", Framing("cr"), Scanned(b"A1")),
        (b"A1\r\n", Framing("crlf"), Scanned(b"A1")),
        (b"A1\n", Framing("any"), Scanned(b"A1")),
        (b"A1", Framing("none"), Scanned(b"A1")),
        (b"\r\n", Framing("any"), None),
        (b"A1\rA1\r", Framing("cr"), Scanned(b"A1")),
        (b"A1\rB2\r", Framing("cr"), Dropped("several", 6)),
        (b"A1", Framing("cr"), Dropped("unfinished", 2)),
        (b"A1\r\n", Framing("cr"), Dropped("unfinished", 4)),
        (b"A1\r", Framing("cr", b"<"), Dropped("unframed", 3)),
        (b"<A1\r", Framing("cr", b"<", b">"), Dropped("unframed", 4)),
        (b"<\r", Framing("cr", b"<", b"<"), Dropped("unframed", 2)),
        (b"<A1>\r", Framing("cr", b"<", b">"), Scanned(b"A1")),
        (b"x" * LONGEST + b"\r", Framing("cr"), Scanned(b"x" * LONGEST)),
        (b"x" * (LONGEST + 1) + b"\r", Framing("cr"), Dropped("too_long", LONGEST + 1)),
    ],
)
def test_what_stands_between_two_silences(burst: bytes, framing: Framing, found: Scanned | Dropped | None) -> None:
    assert cut_burst(burst, framing) == found


@pytest.mark.parametrize("make", ["newland", "honeywell"])
def test_an_endless_code_is_dropped_whole_and_keeps_no_memory(make: MakeName) -> None:
    reader = MAKES[make].reader(Framing("cr"))
    for _ in range(100):
        assert reader.feed(b"x" * 256) == []
    assert reader.quiet() == [Dropped("too_long", 25_600)]
    assert reader.quiet() == []
    assert reader.feed(b"A1\r") == []
    assert scans(reader.quiet()) == [b"A1"]


def test_a_long_code_of_several_packets_is_one_and_half_of_one_is_none() -> None:
    first = ssi(makes.DECODED, b"\x1cAAA", makes.DECODER, makes.MORE_FOLLOWS)
    last = ssi(makes.DECODED, b"\x1cBBB", makes.DECODER)
    reader = SsiReader(Framing())
    assert scans(reader.feed(first + last)) == [b"AAABBB"]
    reader.feed(first)
    assert reader.inside
    reader.quiet()
    assert scans(reader.feed(last)) == [b"BBB"]


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        ("张三".encode(), "张三", "utf-8"),
        ("张三".encode("gb18030"), "张三", "gb18030"),
        ("㛃𠮷".encode("gb18030"), "㛃𠮷", "gb18030"),
        (b"\xef\xbb\xbfA1", "A1", "utf-8"),
        (b"https://example.gov.cn/q/A1-001", "https://example.gov.cn/q/A1-001", "utf-8"),
    ],
)
def test_utf8_first_then_gb18030(raw: bytes, text: str, encoding: str) -> None:
    code = decode_code(raw)
    assert (code.text, code.raw, code.encoding) == (text, raw, encoding)


@pytest.mark.parametrize(
    "raw", [b"A\x00", b"A\x1b[2J", b"A\rB", b"A\x7f", "A\u202eB".encode(), "A\u2028B".encode(), b"A\xff", b"\x81"]
)
def test_what_steers_or_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableCode) as refused:
        decode_code(raw)
    assert "A" not in str(refused.value)


def test_a_code_shows_nothing_of_itself() -> None:
    assert "110105" not in repr(decode_code(b"110105199003070017")) + repr(Scanned(b"110105199003070017"))


def test_the_recorder_keeps_commands_and_answers_and_of_a_code_nothing() -> None:
    assert redacted("out", MAKES["newland"].start.octets) == MAKES["newland"].start.octets
    for _, wire, _ in ANSWERS[:2]:
        assert redacted("in", bytes.fromhex(wire)) == bytes.fromhex(wire)
    assert redacted("in", b"110105199003070017\r") == b""
    assert redacted("in", b"110105199003070017\r" + bytes.fromhex(ANSWERS[0][1])) == b""


def mutated(wire: bytes, chance: random.Random) -> bytes:
    broken = bytearray(wire)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(broken))
        match chance.randrange(3):
            case 0:
                broken[at] ^= 1 << chance.randrange(8)
            case 1 if len(broken) > 1:
                del broken[at]
            case _:
                broken.insert(at, chance.randrange(256))
    return bytes(broken)


def heard(reader: Reader, wire: bytes) -> list[Event]:
    events = reader.feed(wire)
    return [*events, *reader.quiet()] if reader.inside else events


@pytest.mark.parametrize("make", NAMES)
def test_mutated_answers_and_codes_never_stop_the_reader(make: MakeName) -> None:
    chance = random.Random(14)
    framing = Framing("cr")
    good = shown(make, b"GOOD", framing)
    wires = [bytes.fromhex(wire) for name, wire, _ in ANSWERS if name == make] + [shown(make, b"A1-001", framing)]
    accepted = 0
    for _ in range(5_000):
        reader = MAKES[make].reader(framing)
        events = heard(reader, mutated(chance.choice(wires), chance))
        accepted += make == "zebra" and any(isinstance(event, Answer | Scanned) for event in events)
        assert not reader.inside
        assert scans(heard(reader, good)) == [b"GOOD"], "the next code after a silence is whole"
        OrderReader(make).feed(mutated(MAKES[make].ask.octets, chance))
    # zebra alone has a checksum: what passes was put back together by a second mutation, or is a packet still whole
    assert accepted < 1_200


def test_a_zebra_packet_with_a_wrong_checksum_is_no_code() -> None:
    wire = bytearray(shown("zebra", b"A1-001", Framing()))
    for at in range(len(wire)):
        for bit in range(8):
            broken = bytes([*wire[:at], wire[at] ^ 1 << bit, *wire[at + 1 :]])
            events = heard(SsiReader(Framing()), broken)
            assert scans(events) == []
            assert any(isinstance(event, Dropped) for event in events)
