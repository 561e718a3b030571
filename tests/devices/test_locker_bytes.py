"""Three makes of locker boards at the byte: orders and answers both ways, any cut, damage, and the traps in them."""

import random

import pytest

from devices.locker.boards import FAMILIES
from devices.locker.family_8a import Family8A
from devices.locker.family_modbus import FamilyModbus
from devices.locker.family_wkly import FamilyWkly, Frames
from devices.locker.protocol import (
    Answer,
    AskBoard,
    AskLock,
    BoardSeen,
    Damaged,
    Family,
    LockSeen,
    OpenEvery,
    OpenLock,
    Order,
    Pushed,
    Refused,
    SwitchCoil,
    Taken,
    answers,
)
from devices.parts import modbus


def wire(text: str) -> bytes:
    return bytes.fromhex(text)


OPEN_REPLY_8A = [
    "8A0101119B", "8A01021198", "8A01031199", "8A0104119E", "8A0105119F", "8A0106119C",
    "8A0107119D", "8A01081192", "8A01091193", "8A010A1190", "8A010B1191", "8A010C1196",
]  # fmt: skip
OPENED_8A = [
    "8A0101008A", "8A01020089", "8A01030088", "8A0104008F", "8A0105008E", "8A0106008D",
    "8A0107008C", "8A01080083", "8A01090082", "8A010A0081", "8A010B0080", "8A010C0087",
]  # fmt: skip

ORDERS: dict[str, list[tuple[str, Order]]] = {
    "8a": [
        *((frame, OpenLock(1, lock)) for lock, frame in enumerate(OPEN_REPLY_8A, 1)),
        ("8A020C1195", OpenLock(2, 12)),
        ("8A0100119A", OpenEvery(1)),
        ("80010133B3", AskLock(1, 1)),
    ],
    "wkly": [
        ("574B4C590900820082", OpenLock(0, 0)),
        ("574B4C590900820183", OpenLock(0, 1)),
        ("574B4C590900830182", AskLock(0, 1)),
        ("574B4C5908008485", AskBoard(0, 0, 0)),
        ("574B4C5908008687", OpenEvery(0)),
    ],
    "modbus": [
        ("01050000FF008C3A", SwitchCoil(1, 0, on=True)),
        ("010500000000CDCA", SwitchCoil(1, 0, on=False)),
        ("01020000000879CC", AskBoard(1, 0, 8)),
    ],
}
ANSWERS: dict[str, list[tuple[str, Answer]]] = {
    "8a": [
        *((frame, Taken(1, lock)) for lock, frame in enumerate(OPENED_8A, 1)),
        ("8A0101119B", Taken(1, 1)),
        ("8A020C0084", Taken(2, 12)),
        ("8001010080", LockSeen(1, 1, contact=False)),
        ("8001011191", LockSeen(1, 1, contact=True)),
        ("8101010081", Pushed(1, 1)),
        ("8101011190", Pushed(1, 1)),
        ("8201010082", Pushed(1, 1)),
        ("8201011193", Pushed(1, 1)),
    ],
    "wkly": [
        ("574B4C590B008200010081", Taken(0, 1)),
        ("574B4C590B0082FF01017F", Refused(0, 0xFF)),
        ("574B4C590B008300010080", LockSeen(0, 1, contact=False)),
        ("574B4C590B008300010181", LockSeen(0, 1, contact=True)),
        ("574B4C590D00840003010001" + "83", BoardSeen(0, (True, False, True))),
        ("574B4C590A0085010087", Pushed(0, 1)),
        ("574B4C590A0085010186", Pushed(0, 1)),
    ],
    "modbus": [
        ("01020100A188", BoardSeen(1, (False,) * 8)),
        ("010201FFE1C8", BoardSeen(1, (True,) * 8)),
        ("018502C351", Refused(1, 2)),
        ("01050000FF008C3A", Taken(1, 0, on=True)),
        ("010500000000CDCA", Taken(1, 0, on=False)),
    ],
}
EVERY_ORDER = [(family, frame, order) for family, known in ORDERS.items() for frame, order in known]
EVERY_ANSWER = [(family, frame, answer) for family, known in ANSWERS.items() for frame, answer in known]


def family(name: str) -> Family:
    return FAMILIES[name]()


@pytest.mark.parametrize(("name", "frame", "order"), EVERY_ORDER)
def test_orders_both_ways(name: str, frame: str, order: Order) -> None:
    assert family(name).encode(order) == wire(frame)
    assert family(name).order_reader().feed(wire(frame)) == [order]


@pytest.mark.parametrize(("name", "frame", "answer"), EVERY_ANSWER)
def test_answers_are_read(name: str, frame: str, answer: Answer) -> None:
    assert family(name).answer_reader().feed(wire(frame)) == [answer]


@pytest.mark.parametrize(
    ("name", "order", "answer", "frame"),
    [
        ("8a", AskLock(1, 1), LockSeen(1, 1, contact=True), "8001011191"),
        ("8a", OpenLock(1, 1), LockSeen(1, 1, contact=False), "8A0101008A"),
        ("8a", OpenLock(2, 12), LockSeen(2, 12, contact=True), "8A020C1195"),
        ("wkly", OpenLock(0, 1), LockSeen(0, 1, contact=False), "574B4C590B008200010081"),
        ("wkly", OpenLock(0, 1), Refused(0, 0xFF), "574B4C590B0082FF01017F"),
        ("wkly", AskLock(0, 1), LockSeen(0, 1, contact=True), "574B4C590B008300010181"),
        ("wkly", AskBoard(0, 0, 0), BoardSeen(0, (True, False, True)), "574B4C590D0084000301000183"),
        ("modbus", AskBoard(1, 0, 8), BoardSeen(1, (True,) * 8), "010201FFE1C8"),
        ("modbus", SwitchCoil(1, 0, on=True), Refused(1, 2), "018502C351"),
    ],
)
def test_answers_are_written_as_boards_write_them(name: str, order: Order, answer: Answer, frame: str) -> None:
    assert family(name).encode_answer(order, answer) == wire(frame)


def test_pushes_are_written_as_boards_write_them() -> None:
    assert Family8A().encode_push(1, 1, contact=True) == wire("8101011190")
    assert FamilyWkly().encode_push(0, 1, contact=False) == wire("574B4C590A0085010087")
    assert FamilyModbus().encode_push(1, 1, contact=True) == b""


@pytest.mark.parametrize(
    "frame",
    [
        "574B4C590C00800301020386", "574B4C590900800080", "574B4C590900810180", "574B4C590A0081000183",
        "574B4C590900870087", "574B4C590901880188", "574B4C590901890189",
    ],
)  # fmt: skip
def test_frames_of_commands_we_never_give_are_whole_and_mean_nothing(frame: str) -> None:
    (raw,) = Frames().frames(wire(frame))
    assert not isinstance(raw, Damaged)
    assert FamilyWkly().answer_reader().feed(wire(frame)) == []
    assert FamilyWkly().order_reader().feed(wire(frame)) == []


def test_a_coil_is_never_kept_on_by_a_wkly_board() -> None:
    with pytest.raises(ValueError, match="no frame"):
        FamilyWkly().encode(SwitchCoil(1, 1, on=True))


@pytest.mark.parametrize("order", [OpenLock(1, 0), AskLock(1, 0)])
def test_lock_nought_of_an_8a_board_means_every_door_and_is_refused(order: Order) -> None:
    with pytest.raises(ValueError, match="no frame"):
        Family8A().encode(order)


@pytest.mark.parametrize("order", [OpenLock(1, 1), OpenEvery(1), AskLock(1, 1)])
def test_a_relay_board_is_given_no_order_to_open(order: Order) -> None:
    with pytest.raises(ValueError, match="no frame"):
        FamilyModbus().encode(order)


@pytest.mark.parametrize("frame", ["80010100B3", "810101008A", "574B4C590B008200010080", "01020100A189"])
def test_a_wrong_checksum_is_damage_as_in_published_tables(frame: str) -> None:
    for name in FAMILIES:
        assert all(isinstance(one, Damaged) for one in family(name).answer_reader().feed(wire(frame) + bytes(8)))


def test_an_echoed_question_of_an_8a_board_is_no_answer_and_an_echoed_order_proves_nothing() -> None:
    (echoed,) = Family8A().answer_reader().feed(Family8A().encode(OpenLock(1, 1)))
    assert echoed == Taken(1, 1)
    assert Family8A().answer_reader().feed(Family8A().encode(AskLock(1, 1))) == []


def test_check_values() -> None:
    assert modbus.crc16(b"123456789") == 0x4B37


@pytest.mark.parametrize("name", FAMILIES)
def test_any_cut_gives_the_same_answers(name: str) -> None:
    known = ANSWERS[name]
    stream = b"".join(wire(frame) for frame, _ in known)
    for seed in range(300):
        shaken, reader, at = random.Random(seed), family(name).answer_reader(), 0
        found: list[Answer] = []
        while at < len(stream):
            size = shaken.randint(1, 7)
            found += reader.feed(stream[at : at + size])
            at += size
        assert found == [answer for _, answer in known]


@pytest.mark.parametrize("name", FAMILIES)
def test_noise_before_an_answer_costs_at_most_that_answer(name: str) -> None:
    frame, answer = ANSWERS[name][0]
    shaken = random.Random(5)
    for _ in range(300):
        reader = family(name).answer_reader()
        noise = bytes(shaken.randrange(256) for _ in range(shaken.randint(1, 12)))
        found = reader.feed(noise)
        for _ in range(80):  # a length inside the noise may ask for some bytes first
            found += reader.feed(wire(frame))
        assert answer in found[-3:]


@pytest.mark.parametrize("name", FAMILIES)
def test_thirty_thousand_mutated_frames_never_pass_with_a_wrong_checksum(name: str) -> None:
    shaken = random.Random(3)
    frames = [wire(frame) for frame, _ in ANSWERS[name]]
    for _ in range(10_000):
        frame = bytearray(shaken.choice(frames))
        at = shaken.randrange(len(frame))
        frame[at] ^= 1 << shaken.randrange(8)
        assert not [one for one in family(name).answer_reader().feed(bytes(frame)) if not isinstance(one, Damaged)]


@pytest.mark.parametrize(
    ("order", "answer", "fits"),
    [
        (AskLock(1, 1), LockSeen(1, 1, contact=True), True),
        (AskLock(1, 1), LockSeen(1, 2, contact=True), False),
        (AskLock(1, 1), LockSeen(2, 1, contact=True), False),
        (AskLock(1, 1), Taken(1, 1), False),
        (AskBoard(1, 0, 8), BoardSeen(1, (True,) * 8), True),
        (AskBoard(1, 0, 9), BoardSeen(1, (True,) * 8), False),
        (AskBoard(1, 0, 8), BoardSeen(2, (True,) * 8), False),
        (OpenLock(1, 1), Taken(1, 1), True),
        (OpenLock(1, 1), Taken(1, 2), False),
        (OpenLock(1, 1), LockSeen(1, 1, contact=True), False),
        (OpenEvery(1), Taken(1, None), True),
        (OpenEvery(1), Taken(1, 1), False),
        (SwitchCoil(1, 1, on=False), Taken(1, 1, on=False), True),
        (SwitchCoil(1, 1, on=False), Taken(1, 1, on=True), False),
        (OpenLock(1, 1), Refused(1, 4), True),
        (OpenLock(1, 1), Refused(2, 4), False),
    ],
)
def test_a_late_answer_is_not_taken_for_another_one(order: Order, answer: Answer, fits: bool) -> None:
    assert answers(order, answer) is fits


@pytest.mark.parametrize(
    "request_", [modbus.ReadInputs(1, 0, 0), modbus.ReadInputs(0, 0, 1), modbus.WriteCoil(248, 0, on=True),
                 modbus.ReadInputs(1, 70_000, 1)],
)  # fmt: skip
def test_what_no_modbus_frame_can_carry_is_refused(request_: modbus.Request) -> None:
    with pytest.raises(ValueError, match=r"unit|inputs"):
        modbus.encode_request(request_)


@pytest.mark.parametrize(
    ("frame", "refused"),
    [
        ("0103000000018" + "40A", modbus.Refused(1, 3, 1)),
        (modbus._framed(wire("010200000000")).hex(), modbus.Refused(1, 2, 3)),
        (modbus._framed(wire("010500001234")).hex(), modbus.Refused(1, 5, 3)),
    ],
)
def test_a_request_no_such_board_takes_is_refused_by_the_simulated_one(frame: str, refused: modbus.Refused) -> None:
    assert modbus.RequestReader().feed(wire(frame)) == [refused]
