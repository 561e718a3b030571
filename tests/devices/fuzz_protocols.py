"""Every protocol that can be fuzzed: sample frames, how its parser is fed, and what proves a frame sound."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor

from devices.code_scanner import makes
from devices.code_scanner import protocol as codes
from devices.document_camera import protocol as mjpeg
from devices.document_printer import escp, pjl
from devices.document_printer import protocol as ipp
from devices.document_printer.escp_commands import EscpReader, Graphics
from devices.id_card_reader import protocol as sam_v
from devices.id_card_reader.cards import CARDS
from devices.locker import family_8a, family_wkly
from devices.locker.protocol import Damaged
from devices.parts import modbus, numbered
from devices.power import protocol as nut
from devices.smart_card_reader import protocol as apdu
from devices.ticket_printer.replies import ReplyReader


@dataclass(frozen=True)
class Protocol:
    """How one protocol is fed, and what of it can be proven."""

    samples: tuple[bytes, ...]
    feed: Callable[[bytes], Iterator[bytes]]
    """Everything it accepts of a stream, as the bytes that must then stand in that stream. ValueError: refused."""
    sound: Callable[[bytes], bool]
    """Whether such bytes carry the checksum they should, worked out here and not by the driver."""


def _always(_: bytes) -> bool:
    return True


def _sam_v(wire: bytes) -> Iterator[bytes]:
    for event in sam_v.FrameReader().feed(wire):
        if isinstance(event, sam_v.Frame):
            counted = (len(event.body) + 1).to_bytes(2, "big") + event.body
            yield sam_v.PREAMBLE[-2:] + counted + bytes([reduce(xor, counted)])


def _escpos(wire: bytes) -> Iterator[bytes]:
    ReplyReader().feed(wire)
    return iter(())


def _ipp(wire: bytes) -> Iterator[bytes]:
    message, document = ipp.decode(wire)
    ipp.encode(message)
    yield document


def _pjl(wire: bytes) -> Iterator[bytes]:
    for reply in pjl.ReplyReader().feed(wire):
        if isinstance(reply, pjl.Status):
            yield b"%d" % reply.code


def _scanned(reader: codes.Reader, wire: bytes) -> Iterator[bytes]:
    for event in (*reader.feed(wire), *reader.quiet()):
        if isinstance(event, codes.Scanned):
            yield event.raw
            codes.decode_code(event.raw)  # UnreadableCode is a ValueError: refused


def _newland(wire: bytes) -> Iterator[bytes]:
    return _scanned(codes.TextReader(codes.Framing(), makes.newland_answer), wire)


def _honeywell(wire: bytes) -> Iterator[bytes]:
    return _scanned(codes.TextReader(codes.Framing("cr"), makes.honeywell_answer), wire)


def _escp(wire: bytes) -> Iterator[bytes]:
    escp.decode_replies(wire)
    for command in EscpReader().feed(wire):
        if isinstance(command, Graphics):
            yield command.dots


def _ssi(wire: bytes) -> Iterator[bytes]:
    """The packet around each code: five bytes before it, its checksum after it."""
    for event in makes.SsiReader(codes.Framing()).feed(wire):
        if isinstance(event, codes.Scanned):
            places = [found.start() for found in re.finditer(re.escape(event.raw), wire)]
            packets = [wire[max(0, at - 5) : at + len(event.raw) + 2] for at in places]
            yield next(filter(_ssi_adds_up, packets), event.raw)


def _ssi_adds_up(packet: bytes) -> bool:
    """SSI: length without the checksum first, the sum of everything zero modulo 65536."""
    return len(packet) == packet[0] + 2 and (sum(packet[:-2]) + int.from_bytes(packet[-2:], "big")) % 0x10000 == 0


def _family_8a(wire: bytes) -> Iterator[bytes]:
    for found in family_8a._Frames().frames(wire):
        if not isinstance(found, Damaged):
            yield family_8a.frame(*found)


def _family_wkly(wire: bytes) -> Iterator[bytes]:
    for found in family_wkly.Frames().frames(wire):
        if not isinstance(found, Damaged):
            yield family_wkly.frame(*found)


def _modbus(wire: bytes) -> Iterator[bytes]:
    for reply in modbus.ReplyReader().feed(wire):
        if isinstance(reply, modbus.Inputs):
            yield modbus.encode_reply(reply)


def _crc_fits(frame: bytes) -> bool:
    """CRC-16/MODBUS, bit by bit from its definition."""
    crc = 0xFFFF
    for byte in frame[:-2]:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return frame[-2:] == bytes((crc & 0xFF, crc >> 8))


def _numbered(wire: bytes) -> Iterator[bytes]:
    for frame in numbered.FrameReader().feed(wire):
        yield numbered.encode(frame)


def _nut(wire: bytes) -> Iterator[bytes]:
    for line in nut.LineReader().feed(wire):
        if line is not None:
            nut.decode_answer(line)
    return iter(())


def _apdu(wire: bytes) -> Iterator[bytes]:
    answer = apdu.decode_answer(wire)
    apdu.meaning(answer.sw)
    yield apdu.decode_record(answer.payload, 0x09)


def _mjpeg(wire: bytes) -> Iterator[bytes]:
    for event in mjpeg.StreamReader().feed(wire):
        if isinstance(event, mjpeg.Picture):
            yield event.jpeg


_JPEG = b"\xff\xd8\xff\xe0" + bytes(range(1, 200)) + b"\xff\xd9"

PROTOCOLS: dict[str, Protocol] = {
    "SAM-V": Protocol(
        tuple(
            sam_v.encode_reply(sam_v.Reply(0x90, payload))
            for payload in (
                b"",
                bytes(16),
                *(sam_v.encode_blocks(sam_v.CardBlocks(card.text(), bytes(1024))) for card in CARDS.values()),
            )
        ),
        _sam_v,
        lambda found: reduce(xor, found[2:]) == 0,
    ),
    "ESC/POS": Protocol(
        (b"\x12", b"\x10\x00\x00\x00", b"\x37\x22A001\x00", b"\x11\x13", b"\x18\x00\x0f\x00\x12\x0f"), _escpos, _always
    ),
    "IPP": Protocol(
        (
            bytes.fromhex(
                "010100000000000101470012617474726962757465732d6368617273657400057574662d3848001b617474726962757465732d6e"
                "61747572616c2d6c616e67756167650002656e0423000d7072696e7465722d737461746500040000000344001570"
                "72696e7465722d73746174652d726561736f6e7300046e6f6e6503"
            ),
        ),
        _ipp,
        _always,
    ),
    "PJL": Protocol(
        (pjl.encode_reply(pjl.Status(10001, online=True)), pjl.encode_reply(pjl.PageCount(7))), _pjl, _always
    ),
    "Newland": Protocol(
        (
            b"https://example.gov.cn/q/A0123\r",
            "南山区—预约码".encode("gb18030") + b"\r\n",
            b"\x02\x010000@SCNMOD0\x06;\x03",
        ),
        _newland,
        _always,
    ),
    "Honeywell": Protocol((b"https://example.gov.cn/q/A0123\r", b"TRGMOD0\x06."), _honeywell, _always),
    "ESC/P": Protocol(
        (b"\x12\x00\x1a\x13\x11", b"\x1b@\xd5\xc5\r\n" + escp.encode_graphics(bytes(range(60)))), _escp, _always
    ),
    "SSI": Protocol(
        (
            makes.ssi(makes.DECODED, b"\x01A0123456789", makes.DECODER),
            makes.ssi(makes.ACK, source=makes.DECODER),
        ),
        _ssi,
        _ssi_adds_up,
    ),
    "locker 8A": Protocol(
        (bytes.fromhex("8A0101119B"), bytes.fromhex("8001011191"), bytes.fromhex("8101010081")),
        _family_8a,
        lambda found: reduce(xor, found) == 0,
    ),
    "locker WKLY": Protocol(
        (bytes.fromhex("574B4C590B008200010081"), bytes.fromhex("574B4C590D0084000301000183")),
        _family_wkly,
        lambda found: reduce(xor, found) == 0 and found[4] == len(found),
    ),
    "Modbus RTU": Protocol((bytes.fromhex("01020100A188"), bytes.fromhex("010201FFE1C8")), _modbus, _crc_fits),
    "numbered frames": Protocol(
        (bytes.fromhex("7EA50002010161B4"), numbered.encode(numbered.Frame(9, 0x83, b"\0CB123456720310520"))),
        _numbered,
        lambda found: _crc_fits(found[2:]),
    ),
    "NUT": Protocol(
        (b'VAR kiosk ups.status "OL CHRG"\n', b"ERR DRIVER-NOT-CONNECTED\n", b"BEGIN LIST VAR kiosk\n"), _nut, _always
    ),
    "APDU": Protocol((apdu.encode_record(0x09, "张三".encode("gbk")) + b"\x90\x00", b"\x6a\x82"), _apdu, _always),
    "MJPEG": Protocol(
        (mjpeg.encode_head() + mjpeg.encode_picture(_JPEG) + mjpeg.encode_picture(_JPEG),),
        _mjpeg,
        lambda found: found.startswith(b"\xff\xd8") and b"\xff\xd9" in found,
    ),
}
