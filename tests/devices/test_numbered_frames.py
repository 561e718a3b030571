"""Numbered frames: both ways, cut anywhere, and nothing of what they carry in a recording."""

from devices.parts import numbered
from devices.permit_endorser import protocol as endorser
from devices.permit_endorser.protocol import Machine, Permit, Place, Ribbon, Work
from devices.person_matcher import protocol as matcher
from devices.person_matcher.protocol import Phase, Result, Sensors, Way

STATE = bytes.fromhex("7EA50002010161B4")
FRAMES = (numbered.Frame(1, 0x01), numbered.Frame(200, 0x83, b"\0CB1234567" + numbered.START), numbered.Frame(9, 0x84))


def test_the_published_frame_is_read_and_written() -> None:
    assert numbered.encode(numbered.Frame(1, 1)) == STATE
    assert list(numbered.FrameReader().feed(STATE)) == [numbered.Frame(1, 1)]


def test_any_cut_gives_the_same_frames() -> None:
    wire = b"\x7e\xa5\xff" + b"".join(numbered.encode(frame) for frame in FRAMES)
    for cut in range(len(wire)):
        reader = numbered.FrameReader()
        assert (*reader.feed(wire[:cut]), *reader.feed(wire[cut:])) == FRAMES


def test_what_is_damaged_is_passed_over_and_counted() -> None:
    reader = numbered.FrameReader()
    broken = bytearray(numbered.encode(FRAMES[1]))
    broken[8] ^= 4
    assert list(reader.feed(bytes(broken) + numbered.encode(FRAMES[2]))) == [FRAMES[2]]
    assert reader.damaged


def test_every_answer_of_both_machines_goes_both_ways() -> None:
    for place in Place:
        for ribbon in Ribbon:
            for work in Work:
                said = Machine(place, ribbon, 3, "0f" * endorser.JOB_BYTES, work)
                assert endorser.decode_machine(endorser.encode_machine(said)) == said
    permit = Permit("CB1234567", "20310520")
    assert endorser.decode_permit(endorser.encode_permit(permit)) == permit
    assert endorser.decode_job(endorser.encode_job("ab" * endorser.JOB_BYTES, "香港 一次")) == ("ab" * 16, "香港 一次")
    for sensors in (
        Sensors(face, finger, holds) for face in (False, True) for finger in (False, True) for holds in (False, True)
    ):
        assert matcher.decode_sensors(matcher.encode_sensors(sensors)) == sensors
    for phase in Phase:
        assert matcher.decode_result(matcher.encode_result(Result(phase, 873, alive=True))) == Result(
            phase, 873, alive=True
        )
    assert matcher.decode_reference(matcher.encode_reference(Way.FINGER, b"abc")) == (Way.FINGER, b"abc")
    assert [matcher.decode_way(matcher.encode_way(way)) for way in Way] == list(Way)


def test_what_no_such_machine_says_is_nothing() -> None:
    assert endorser.decode_machine(bytes(20)) is not None
    for odd in (b"", bytes(19), b"\x09" + bytes(19), bytes(19) + b"\x09"):
        assert endorser.decode_machine(odd) is None
    for odd in (b"", "张".encode() * 6, b"CB123456" + b"20310520", b"CB12345672031O520"):
        assert endorser.decode_permit(odd) is None
    for odd in (b"", b"\x04\x00", b"\x01"):
        assert matcher.decode_sensors(odd) is None
    for odd in (b"", b"\x02\xff\xff\x01", b"\x07\x00\x00\x00"):
        assert matcher.decode_result(odd) is None


def test_a_recording_has_no_number_and_no_photo() -> None:
    wire = numbered.encode(FRAMES[1]) + numbered.encode(numbered.Frame(3, 0x42, b"\0" + b"PHOTO" * 200))
    for size in (1, 3, 7, 64, len(wire)):
        keep = numbered.Redaction()
        kept = b"".join(keep("in", wire[at : at + size]) for at in range(0, len(wire), size))
        assert b"CB1" not in kept
        assert b"PHO" not in kept
        assert kept.startswith(bytes.fromhex("7EA5000E C8 83 00".replace(" ", ""))[:4])
