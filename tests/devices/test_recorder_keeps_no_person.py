"""Planted names and numbers never reach the flight recorder, whole or in pieces."""

from devices.id_card_reader.cards import CARDS
from devices.id_card_reader.driver import KIND as ID_CARD_READER
from devices.id_card_reader.protocol import PREAMBLE, CardBlocks, Command, Redaction, Reply, encode_blocks, encode_reply
from devices.port import Deadline
from devices.recording.recorder import Recorder
from devices.registry import KINDS
from devices.ticket_printer.document import Cut, Text
from devices.ticket_printer.driver import KIND as TICKET_PRINTER
from tests.devices.running import Running


def test_a_read_card_leaves_only_heads_and_lengths(reader: Running) -> None:
    recorder = ID_CARD_READER.recorder()
    driver = ID_CARD_READER.connect(reader.address, {}, recorder)
    reader.do("put_card", card="resident")
    content = driver.read_card(Deadline.after(4))
    reader.fault("noise-inside", times=1)
    driver.is_present()
    driver.close()
    assert content is not None
    seen = b"".join(frame.shown for frame in recorder.frames())
    assert any(frame.length == 1295 for frame in recorder.frames())
    assert bytes.fromhex("AAAAAA96690508000090") in seen
    fields = [content.name, content.id_number, content.address or "", content.issuer or ""]
    for text in fields:
        assert text
        assert text not in recorder.dump()
        for at in range(len(text) - 1):
            assert text[at : at + 2].encode("utf-16-le") not in seen


def test_a_card_reply_in_single_bytes_and_after_a_lost_head_shows_nothing_of_it() -> None:
    wire = encode_reply(Reply(0x90, encode_blocks(CardBlocks(CARDS["adult"].text(), bytes(1024)))))
    slowly = Redaction()
    assert b"".join(slowly("in", bytes([byte])) for byte in wire) == wire[:10]
    assert Redaction()("in", wire[11:]) == b""
    assert Redaction()("in", b"\xaa\xaa" + wire) == wire[:10]
    cut_short = Redaction()
    assert cut_short("in", wire[:600] + wire) == wire[:10] + wire[:10]
    assert (
        Redaction()("out", PREAMBLE + b"\x00\x03" + Command.READ.value + b"\x32")[:9] == PREAMBLE + b"\x00\x03\x30\x01"
    )


def test_a_ticket_leaves_only_its_length(printer: Running) -> None:
    recorder = TICKET_PRINTER.recorder()
    driver = TICKET_PRINTER.connect(printer.address, {}, recorder)
    assert driver.print_ticket((Text("王小五 110105199003070017"), Cut()), "A001").result == "printed"
    driver.close()
    dump = recorder.dump()
    assert "out" in dump
    seen = b"".join(frame.shown for frame in recorder.frames())
    assert "王".encode("gbk") not in seen
    assert b"1101" not in seen
    assert any(frame.length > 40 and not frame.shown for frame in recorder.frames() if frame.direction == "out")


def test_a_recorder_that_kept_everything_would_be_caught() -> None:
    recorder = Recorder(lambda _d, piece: piece)
    recorder.note("in", CARDS["resident"].text())
    assert "张".encode("utf-16-le") in recorder.frames()[0].shown


def test_every_kind_has_a_redaction() -> None:
    for kind in KINDS.values():
        assert kind.recorder().frames() == ()
