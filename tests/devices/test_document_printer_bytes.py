"""IPP at the byte, what a printer's words mean, and pages as PWG Raster: nothing here talks to anybody."""

import random
import subprocess

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from devices.document_printer import pwg
from devices.document_printer.formats import prepared
from devices.document_printer.judgement import judged
from devices.document_printer.operations import FAULT_OF_STATUS, JobState, Requests, Status
from devices.document_printer.protocol import (
    DEEPEST,
    Attribute,
    Delimiter,
    Group,
    Malformed,
    Message,
    Range,
    Resolution,
    Tag,
    Value,
    attribute,
    decode,
    encode,
)
from devices.document_printer.raster import rasterised
from devices.document_printer.reasons import (
    PARTS,
    Capabilities,
    JobSeen,
    capabilities_of,
    job_of,
    plain_reason,
    state_of,
    trouble,
)
from devices.document_printer.redaction import redacted
from devices.document_printer.sample import sample_document
from devices.document_printer.state import ACTIONS, Activity, Document, DocumentPrinterState
from devices.model import Cover, DeviceError, Supply

# Accepted by, and answered by, a printer that is none of ours.
QUESTION = bytes.fromhex(
    "0101000B000000010147001261747472696275746573"
    "2D6368617273657400057574662D38"
    "48001B617474726962757465732D6E61747572616C2D6C616E67756167650002656E"
    "45000B7072696E7465722D757269001F6970703A2F2F6C6F63616C686F73743A31383633312F6970702F7072696E74"
    "4400147265717565737465642D61747472696275746573000D7072696E7465722D7374617465"
    "44000000157072696E7465722D73746174652D726561736F6E7303"
)
ANSWER = bytes.fromhex(
    "010100000000000101470012617474726962757465732D6368617273657400057574662D38"
    "48001B617474726962757465732D6E61747572616C2D6C616E67756167650002656E04"
    "23000D7072696E7465722D7374617465000400000003"
    "4400157072696E7465722D73746174652D726561736F6E7300046E6F6E6503"
)


def test_a_question_is_byte_for_byte_what_a_foreign_printer_accepted() -> None:
    asked = Group(
        Delimiter.OPERATION,
        (
            attribute("attributes-charset", Tag.CHARSET, "utf-8"),
            attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
            attribute("printer-uri", Tag.URI, "ipp://localhost:18631/ipp/print"),
            attribute("requested-attributes", Tag.KEYWORD, "printer-state", "printer-state-reasons"),
        ),
    )
    message = Message(0x000B, 1, (asked,))
    assert len(QUESTION) == 183
    assert encode(message) == QUESTION
    assert decode(QUESTION) == (message, b"")


def test_a_foreign_printers_answer_is_understood() -> None:
    message, document = decode(ANSWER + b"%PDF")
    assert document == b"%PDF"
    assert [*message.contents(Delimiter.PRINTER)] == [{"printer-state": (3,), "printer-state-reasons": ("none",)}]
    assert encode(message) == ANSWER


def test_requests_begin_as_the_standard_wants_and_a_job_comes_before_the_user() -> None:
    message = Requests("ipp://printer:631/ipp/print", "suiban").cancel_job(7)
    names = [one.name for one in message.groups[0].attributes]
    assert names == [
        "attributes-charset", "attributes-natural-language", "printer-uri", "job-id", "requesting-user-name",
    ]  # fmt: skip
    assert message.code == 0x0008


NAMES = some.text("abcdefgh-", min_size=1, max_size=12)
TEXTS = some.text(max_size=20).filter(lambda text: text.isprintable())
VALUES = some.one_of(
    some.builds(Value, some.just(Tag.INTEGER), some.integers(-(2**31), 2**31 - 1)),
    some.builds(Value, some.just(Tag.ENUM), some.integers(0, 9)),
    some.builds(Value, some.just(Tag.BOOLEAN), some.integers(0, 1)),
    some.builds(Value, some.sampled_from([Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI, Tag.MIME]), TEXTS),
    some.builds(Value, some.sampled_from([Tag.OCTETS, Tag.DATE_TIME, Tag.NAME_WITH_LANGUAGE]), some.binary(max_size=9)),
    some.builds(Value, some.sampled_from([Tag.NO_VALUE, Tag.UNKNOWN])),
    some.builds(Value, some.just(Tag.RANGE), some.builds(Range, some.integers(0, 9), some.integers(0, 99))),
    some.builds(
        Value,
        some.just(Tag.RESOLUTION),
        some.builds(Resolution, some.integers(1, 999), some.integers(1, 9), some.just(3)),
    ),
)


def _attributes(values: some.SearchStrategy[Value]) -> some.SearchStrategy[tuple[Attribute, ...]]:
    one = some.builds(Attribute, NAMES, some.lists(values, min_size=1, max_size=3).map(tuple))
    return some.lists(one, max_size=3).map(tuple)


NESTED = some.recursive(
    VALUES, lambda inner: some.builds(Value, some.just(Tag.COLLECTION), _attributes(inner)), max_leaves=6
)
MESSAGES = some.builds(
    Message,
    some.integers(0, 0xFFFF),
    some.integers(1, 2**31 - 1),
    some.lists(some.builds(Group, some.sampled_from([1, 2, 4, 5]), _attributes(NESTED)), max_size=3).map(tuple),
)


@settings(max_examples=60)
@given(MESSAGES, some.binary(max_size=30))
def test_every_message_survives_the_wire_with_its_document(message: Message, document: bytes) -> None:
    assert decode(encode(message) + document) == (message, document)


@settings(max_examples=60)
@given(MESSAGES, some.data())
def test_a_message_that_ends_too_soon_is_refused(message: Message, data: some.DataObject) -> None:
    whole = encode(message)
    with pytest.raises(Malformed):
        decode(whole[: data.draw(some.integers(0, len(whole) - 1))])


def test_damaged_messages_are_understood_or_refused_and_never_anything_else() -> None:
    chance = random.Random(8)
    refused = 0
    for _ in range(20_000):
        damaged = bytearray(chance.choice((QUESTION, ANSWER)))
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        try:
            message, _document = decode(bytes(damaged))
        except Malformed:
            refused += 1
        else:
            for told in message.contents(Delimiter.PRINTER):
                state_of(told)
                capabilities_of(told)
                job_of(told)
    assert 0 < refused < 20_000


def _nested(depth: int) -> Value:
    return Value(Tag.COLLECTION, (Attribute("x", (_nested(depth - 1),)),)) if depth else Value(Tag.INTEGER, 1)


def test_collections_nest_as_deep_as_anybody_needs_and_no_deeper() -> None:
    for depth, well in ((DEEPEST, True), (DEEPEST + 1, False)):
        message = Message(0, 1, (Group(Delimiter.PRINTER, (Attribute("c", (_nested(depth),)),)),))
        if well:
            assert decode(encode(message))[0] == message
        else:
            with pytest.raises(Malformed):
                decode(encode(message))


def test_the_recorder_keeps_states_and_no_name_title_text_or_document() -> None:
    told = (
        attribute("job-name", Tag.NAME, "张三的证明"),
        attribute("job-state-message", Tag.TEXT, "printing for 张三"),
        attribute("printer-state-reasons", Tag.KEYWORD, "media-jam-error"),
        attribute("col", Tag.COLLECTION, (attribute("document-name", Tag.NAME, "张三"),)),
        attribute("job-id", Tag.INTEGER, 77),
    )
    kept = redacted("out", encode(Message(2, 1, (Group(Delimiter.JOB, told),))) + b"%PDF secret")
    assert "张三".encode() not in kept
    assert b"secret" not in kept
    assert b"printing" not in kept
    assert b"media-jam-error" in kept
    shown, document = decode(kept)
    assert document == b""
    assert next(shown.contents(Delimiter.JOB))["job-id"] == (77,)
    assert redacted("in", b"%PDF-1.4 secret") == b""


# --- what the words mean ----------


def _told(state: int, *reasons: str) -> DocumentPrinterState:
    return state_of({"printer-state": (state,), "printer-state-reasons": reasons, "printer-is-accepting-jobs": (1,)})


STANDING = {
    "media-empty": "paper_out",
    "media-needed": "paper_out",
    "media-jam": "jammed",
    "toner-empty": "toner_out",
    "marker-supply-empty": "toner_out",
    "cover-open": "cover_open",
    "door-open": "cover_open",
    "interlock-open": "cover_open",
    "input-tray-missing": "tray_missing",
    "output-area-full": "output_full",
    "offline": "offline",
    "shutdown": "offline",
    "connecting-to-device": "offline",
    "timed-out": "offline",
    "paused": "paused",
    "moving-to-paused": "paused",
    "fuser-over-temp": "hardware_error",
    "media-low": "stopped",
    "toner-low": "stopped",
    "marker-supply-low": "stopped",
    "something-new": "stopped",
}


@pytest.mark.parametrize("suffix", ["", "-error", "-warning", "-report"])
@pytest.mark.parametrize("reason", STANDING)
def test_whether_it_stopped_decides_and_not_the_suffix(reason: str, suffix: str) -> None:
    stopped = _told(5, reason + suffix).fault()
    assert stopped is not None
    assert stopped.key == f"document_printer.{STANDING[reason]}"
    assert stopped.detail == reason + suffix
    for state in (3, 4):
        assert _told(state, reason + suffix).fault() is None


def test_at_least_fifteen_keywords_are_known_and_each_stands_for_a_part() -> None:
    assert len(PARTS) >= 15
    assert set(STANDING) - set(PARTS) == {"something-new"}
    assert plain_reason("media-empty-report") == "media-empty"


def test_a_part_it_complains_of_while_it_works_is_not_called_well() -> None:
    state = _told(4, "media-empty-report", "cover-open-warning", "toner-low-report")
    assert (state.paper, state.cover, state.toner) == (Supply.LOW, Cover.UNKNOWN, Supply.LOW)
    assert state.remarks == ("media-empty-report", "cover-open-warning", "toner-low-report")
    well = _told(3, "none")
    assert (well.paper, well.cover, well.jammed, well.remarks) == (Supply.FULL, Cover.CLOSED, False, ())


def test_what_it_does_not_say_is_unknown() -> None:
    for told in ({}, {"printer-state": (3,)}, {"printer-state-reasons": ("none",)}):
        state = state_of(told)  # type: ignore[arg-type]
        assert (state.paper, state.cover, state.jammed) == (Supply.UNKNOWN, Cover.UNKNOWN, "unknown")
    assert state_of({}).activity is Activity.UNKNOWN
    silent = DocumentPrinterState().fault()
    assert silent is not None
    assert silent.key == "device.silent"


def test_only_what_it_calls_an_error_counts_against_one_that_goes_on() -> None:
    found = trouble(("toner-low-error", "media-jam-warning", "cover-open-report", "media-jam-error"))
    assert found is not None
    assert (found.key, found.detail) == ("document_printer.jammed", "media-jam-error")
    assert trouble(("cups-waiting-for-job-completed", "media-low")) is None


def test_every_answer_code_is_mapped_to_a_fault_that_exists() -> None:
    failures = [status for status in Status if status >= 0x0400]
    assert set(failures) <= set(FAULT_OF_STATUS)
    assert {f"document_printer.{key}" for key in FAULT_OF_STATUS.values()} <= set(ACTIONS)


# --- what the end of a job proves ----------


def _seen(state: JobState, out: int | None, *, begun: bool = True) -> JobSeen:
    return JobSeen(1, state, (), out, "suiban", begun)


@pytest.mark.parametrize(
    ("seen", "is_queue", "trusted", "result", "out"),
    [
        (_seen(JobState.COMPLETED, 6), False, False, "printed", 6),
        (_seen(JobState.COMPLETED, 5), False, False, "uncertain", 5),
        (_seen(JobState.COMPLETED, 5), False, True, "uncertain", 5),
        (_seen(JobState.COMPLETED, 0), False, False, "uncertain", 0),
        (_seen(JobState.COMPLETED, None), False, False, "uncertain", None),
        (_seen(JobState.COMPLETED, None), False, True, "printed", 6),
        (_seen(JobState.COMPLETED, 6), True, False, "uncertain", None),
        (_seen(JobState.COMPLETED, 6), True, True, "printed", 6),
        (_seen(JobState.CANCELLED, 2), False, False, "failed", 2),
        (_seen(JobState.CANCELLED, None), False, False, "failed", None),
        (_seen(JobState.CANCELLED, 6), False, False, "uncertain", 6),
        (_seen(JobState.ABORTED, 0), False, False, "failed", 0),
        (_seen(JobState.CANCELLED, 0), True, False, "uncertain", None),
        (_seen(JobState.CANCELLED, 0, begun=False), True, False, "failed", 0),
        (None, False, True, "uncertain", None),
    ],
)
def test_only_a_full_count_or_a_trusted_word_is_called_printed(
    seen: JobSeen | None, is_queue: bool, trusted: bool, result: str, out: int | None
) -> None:
    outcome = judged(6, seen, None, is_queue=is_queue, trusted=trusted)
    assert (outcome.result, outcome.pages_out) == (result, out)
    assert (outcome.fault is None) == (result == "printed")


# --- formats ----------


@given(some.integers(1, 40), some.integers(1, 8), some.sampled_from(["sgray_8", "black_1"]), some.data())
def test_pages_survive_their_packing(width: int, height: int, depth: pwg.Depth, data: some.DataObject) -> None:
    size = width if depth == "sgray_8" else (width + 7) // 8
    row = some.one_of(some.binary(min_size=size, max_size=size), some.just(b"\xff" * size))
    dots = b"".join(data.draw(some.lists(row, min_size=height, max_size=height)))
    page = pwg.Page(width, height, 300, depth, dots)
    document = b"".join(pwg.encode_document([page, page], 2, two_sided=True))
    assert pwg.decode_document(document) == (page, page)


@given(some.binary(max_size=600) | some.lists(some.sampled_from((0, 1)), max_size=600).map(bytes))
@example(line=b"\x01\x00\x00" * 90)
def test_a_line_is_never_much_longer_packed(line: bytes) -> None:
    assert len(pwg.packed(line)) <= len(line) + len(line) // 64 + 2


def test_a_pdf_becomes_pages_that_a_foreign_reader_draws_the_same() -> None:
    """cups-filters' rastertopdf reads PWG Raster by its own code."""
    document = sample_document("ipp://printer.example", pages=2)
    for types in (("sgray_8",), ("black_1",)):
        raster = rasterised(document, 150, types)
        pages = pwg.decode_document(raster)
        assert [(page.width, page.height) for page in pages] == [(1240, 1754)] * 2
        foreign = subprocess.run(
            ["/usr/lib/cups/filter/rastertopdf", "1", "tester", "sample", "1", ""],
            input=raster,
            capture_output=True,
            check=True,
        ).stdout
        drawn = pypdfium2.PdfDocument(foreign)
        try:
            assert len(drawn) == 2
            original = pypdfium2.PdfDocument(document.pdf)
            try:
                for number in range(2):
                    ours, theirs = (
                        pdf[number].render(scale=0.5, grayscale=True).to_pil().resize((200, 280))
                        for pdf in (original, drawn)
                    )
                    apart = sum(abs(a - b) for a, b in zip(ours.tobytes(), theirs.tobytes(), strict=True))
                    dark = sum(255 - grey for grey in ours.tobytes())
                    assert dark > 200_000
                    assert apart < (0.25 if types == ("sgray_8",) else 1.2) * dark
            finally:
                original.close()
        finally:
            drawn.close()


def test_copies_of_a_picture_are_pages_of_their_own() -> None:
    document = Document(pdf=sample_document("x", 2).pdf, pages=2, title="sample", copies=3)
    ready = prepared(document, Capabilities(formats=("image/pwg-raster",), dots_per_inch=72, sides=("one-sided",)))
    assert ready.document_format == "image/pwg-raster"
    assert len(pwg.decode_document(ready.payload)) == 6
    assert [one.name for one in ready.template] == ["sides"]


def test_what_the_printer_cannot_do_is_refused_before_anything_is_sent() -> None:
    can = Capabilities(formats=("application/pdf", "image/pwg-raster"), most_copies=99, dots_per_inch=72)
    whole = sample_document("x", 2)
    for document, printer, key in (
        (Document(whole.pdf, 2, "x", stamp=True), can, "stamp_missing"),
        (Document(b"", 2, "x", text_pages=(("a",),)), can, "format_unsupported"),
        (whole, Capabilities(formats=("image/urf",)), "format_unsupported"),
        (whole, Capabilities(formats=("image/pwg-raster",), raster_types=("srgb_8",)), "format_unsupported"),
        (Document(whole.pdf, 3, "x"), Capabilities(formats=("image/pwg-raster",)), "document_refused"),
        (Document(b"nonsense", 1, "x"), Capabilities(formats=("image/pwg-raster",)), "document_refused"),
    ):
        with pytest.raises(DeviceError) as refused:
            prepared(document, printer)
        assert refused.value.fault.key == f"document_printer.{key}"
    assert prepared(whole, can).document_format == "application/pdf"
