"""A network printer: HTTP by h11, IPP by our own codec, several clients at once; `spool.py` is its paper path."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pypdfium2

from devices.document_printer import description, pwg
from devices.document_printer.formats import PDF, PWG_RASTER
from devices.document_printer.http_peer import HttpPeer
from devices.document_printer.operations import JobState, Operation, Status, first, number, words
from devices.document_printer.protocol import (
    Attribute,
    Content,
    Delimiter,
    Group,
    Malformed,
    Message,
    Tag,
    attribute,
    decode,
    encode,
)
from devices.document_printer.spool import ORDERS, Job, Spool
from devices.simulation.faults import Where

LINE: Final = "tcp"
ADDRESS: Final = "ipp://{port}/ipp/print"
OPTIONS: Final = {
    "formats": (f"{PDF},{PWG_RASTER}", "document formats it takes, separated by commas"),
    "two-steps": ("yes", "whether it knows Create-Job and Send-Document: yes or no"),
    "counts": ("yes", "whether it counts sides: yes, no (says nothing) or none (always says 0)"),
    "seconds-a-side": ("0.05", "how long one side takes"),
    "papers": ("", "the folder for each printed document"),
}

Answer = tuple[Status, tuple[Group, ...]]
Asked = dict[str, tuple[Content, ...]]


class SimulatedDocumentPrinter:
    """The printer's side of the line."""

    where = Where()

    def __init__(self, options: Mapping[str, str]) -> None:
        self.contradicting = False
        self._skipped = 0.0
        self._spool = Spool(lambda: time.monotonic() + self._skipped, float(options["seconds-a-side"]))
        self._formats = tuple(options["formats"].split(","))
        self._counts = options["counts"]
        self._papers = Path(options["papers"]) if options["papers"] else None
        self._peers: dict[int, HttpPeer] = {}
        self._requests: dict[str, int] = {}
        self._operations: dict[int, Callable[[Asked, Asked, bytes], Answer]] = {
            Operation.GET_PRINTER_ATTRIBUTES: self._printer_attributes,
            Operation.VALIDATE_JOB: self._validate_job,
            Operation.PRINT_JOB: self._print_job,
            Operation.CREATE_JOB: self._create_job,
            Operation.SEND_DOCUMENT: self._send_document,
            Operation.CANCEL_JOB: self._cancel_job,
            Operation.GET_JOB_ATTRIBUTES: self._job_attributes,
            Operation.GET_JOBS: self._get_jobs,
            Operation.PAUSE_PRINTER: lambda *_: self._paused("pause"),
            Operation.RESUME_PRINTER: lambda *_: self._paused("resume"),
        }
        if options["two-steps"] == "no":
            del self._operations[Operation.CREATE_JOB], self._operations[Operation.SEND_DOCUMENT]

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:
        """See SimulatedDevice."""
        if not chunk:
            self._peers.pop(peer, None)
            return []
        return self._peers.setdefault(peer, HttpPeer()).received(chunk, self._answered)

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        spool = self._spool
        spool.catch_up()
        match order.get("do"):
            case "jam_at":
                spool.jam_at = int(str(order["side"]))
            case "sheets":
                spool.hardware = description.replaced(spool.hardware, sheets=int(str(order["left"])))
            case "remark":
                spool.hardware = description.replaced(spool.hardware, remark=str(order.get("keyword", "")))
            case "pass":
                self._skipped += float(str(order["seconds"]))
            case "foreign_job":
                spool.load(spool.add("somebody", "theirs", 1), int(str(order.get("pages", 1))))
            case str(name) if name in ORDERS:
                spool.hardware = ORDERS[name](spool.hardware)
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        spool.catch_up()
        return []

    def restarted(self) -> None:
        """Power was gone: half a request is forgotten; what it had spooled is on its disk and goes on."""
        self._peers.clear()

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {**self._spool.as_json(), "requests": dict(self._requests)}

    def _answered(self, body: bytes) -> bytes:
        self._spool.catch_up()
        try:
            request, document = decode(body)
        except Malformed:
            status = Status.BAD_REQUEST if body[:1] in (b"\x01", b"\x02") else Status.VERSION_UNSUPPORTED
            number_of_request = int.from_bytes(body[4:8], "big")
            return encode(Message(status, number_of_request, (Group(Delimiter.OPERATION, _PREAMBLE),)))
        status, groups = self._carried_out(request, document)
        answer = (Group(Delimiter.OPERATION, _PREAMBLE), *groups)
        return encode(Message(status, request.request_id, answer, min(request.version, 0x0200)))

    def _carried_out(self, request: Message, document: bytes) -> Answer:
        if request.version >> 8 > 2:
            return Status.VERSION_UNSUPPORTED, ()
        asked = next(request.contents(Delimiter.OPERATION), {})
        if request.request_id < 1 or [*asked][:2] != ["attributes-charset", "attributes-natural-language"]:
            return Status.BAD_REQUEST, ()
        if not first(asked, "printer-uri") and not first(asked, "job-uri"):
            return Status.BAD_REQUEST, ()
        carry_out = self._operations.get(request.code)
        if carry_out is None:
            return Status.OPERATION_UNSUPPORTED, ()
        name = Operation(request.code).name
        self._requests[name] = self._requests.get(name, 0) + 1
        return carry_out(asked, next(request.contents(Delimiter.JOB), {}), document)

    def _printer_attributes(self, asked: Asked, _job: Asked, _document: bytes) -> Answer:
        uri = str(first(asked, "printer-uri") or "")
        told = description.attributes(
            self._spool, uri, self._formats, tuple(self._operations), contradicting=self.contradicting
        )
        return Status.OK, (Group(Delimiter.PRINTER, _wanted(told, asked)),)

    def _validate_job(self, asked: Asked, _job: Asked, _document: bytes) -> Answer:
        offered = first(asked, "document-format") or self._formats[0]
        if offered not in (*self._formats, description.ANY_FORMAT):
            refused = attribute("document-format", Tag.MIME, offered)
            return Status.FORMAT_UNSUPPORTED, (Group(Delimiter.UNSUPPORTED, (refused,)),)
        return (Status.OK if self._spool.hardware.accepting else Status.NOT_ACCEPTING), ()

    def _create_job(self, asked: Asked, template: Asked, document: bytes) -> Answer:
        status, groups = self._validate_job(asked, template, document)
        if status is not Status.OK:
            return status, groups
        job = self._spool.add(
            str(first(asked, "requesting-user-name") or "anonymous"),
            str(first(asked, "job-name") or "untitled"),
            number(template, "copies") or 1,
        )
        return Status.OK, (self._job_group(job),)

    def _print_job(self, asked: Asked, template: Asked, document: bytes) -> Answer:
        status, groups = self._create_job(asked, template, document)
        if status is Status.OK:
            job = [*self._spool.jobs.values()][-1]
            self._load(job, document)
            groups = (self._job_group(job),)
        return status, groups

    def _send_document(self, asked: Asked, _template: Asked, document: bytes) -> Answer:
        job = self._job(asked)
        if job is None:
            return Status.NOT_FOUND, ()
        if "last-document" not in asked:
            return Status.BAD_REQUEST, ()
        if job.state.over or job.sides:
            return Status.NOT_POSSIBLE, ()
        self._load(job, document)
        return Status.OK, (self._job_group(job),)

    def _cancel_job(self, asked: Asked, _template: Asked, _document: bytes) -> Answer:
        job = self._job(asked)
        if job is None:
            return Status.NOT_FOUND, ()
        if job.state.over or self._spool.hardware.keeps_jobs:
            return Status.NOT_POSSIBLE, ()
        self._spool.cancel(job)
        return Status.OK, ()

    def _job_attributes(self, asked: Asked, _template: Asked, _document: bytes) -> Answer:
        job = self._job(asked)
        if job is None:
            return Status.NOT_FOUND, ()
        return Status.OK, (self._job_group(job, asked),)

    def _get_jobs(self, asked: Asked, _template: Asked, _document: bytes) -> Answer:
        over = first(asked, "which-jobs") == "completed"
        user = first(asked, "requesting-user-name") if first(asked, "my-jobs") else None
        found = [
            job for job in self._spool.jobs.values() if job.state.over is over and (user is None or job.user == user)
        ]
        most = number(asked, "limit") or len(found)
        brief = {"requested-attributes": ("job-id", "job-uri"), **asked}
        return Status.OK, tuple(self._job_group(job, brief) for job in found[:most])

    def _paused(self, order: str) -> Answer:
        self._spool.hardware = ORDERS[order](self._spool.hardware)
        self._spool.catch_up()
        return Status.OK, ()

    def _job(self, asked: Asked) -> Job | None:
        found = number(asked, "job-id")
        if found is None:
            found = int("0" + str(first(asked, "job-uri") or "").rpartition("/")[2])
        return self._spool.jobs.get(found)

    def _job_group(self, job: Job, asked: Asked | None = None) -> Group:
        state = JobState.COMPLETED if self.contradicting and job.sides else job.state
        out = {"yes": (job.sides_out,), "no": (), "none": (0,)}[self._counts]
        told = (
            attribute("job-id", Tag.INTEGER, job.number),
            attribute("job-uri", Tag.URI, f"ipp://localhost/ipp/print/{job.number}"),
            attribute("job-state", Tag.ENUM, state.value),
            attribute("job-state-reasons", Tag.KEYWORD, job.reason),
            attribute("job-state-message", Tag.TEXT, ""),
            *(attribute("job-impressions-completed", Tag.INTEGER, count) for count in out),
            attribute("job-name", Tag.NAME, job.title),
            attribute("job-originating-user-name", Tag.NAME, job.user),
            attribute("job-printer-uri", Tag.URI, "ipp://localhost/ipp/print"),
            attribute("job-printer-up-time", Tag.INTEGER, int(time.monotonic())),
            attribute("time-at-creation", Tag.INTEGER, 1),
            attribute("time-at-processing", Tag.INTEGER, 1) if job.begun else Attribute(*description.NOT_YET),
            attribute("time-at-completed", Tag.INTEGER, 1) if job.state.over else Attribute(*description.NOT_OVER),
        )
        return Group(Delimiter.JOB, _wanted(told, asked or {}))

    def _load(self, job: Job, document: bytes) -> None:
        try:
            pages = _pages(document)
        except (ValueError, pypdfium2.PdfiumError):
            job.state, job.reason = JobState.ABORTED, "document-format-error"
            return
        self._spool.load(job, pages)
        if self._papers:
            suffix = "pdf" if document.startswith(b"%PDF") else "pwg"
            (self._papers / f"document-{job.number:04d}.{suffix}").write_bytes(document)


_PREAMBLE: Final = (
    attribute("attributes-charset", Tag.CHARSET, "utf-8"),
    attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
)


def _wanted(told: tuple[Attribute, ...], asked: Asked) -> tuple[Attribute, ...]:
    """RFC 8011 3.2.5.1: names, or names of groups of names, which are taken as all here."""
    named = set(words(asked, "requested-attributes"))
    if not named or named & {"all", "printer-description", "job-description", "job-template"}:
        return told
    return tuple(one for one in told if one.name in named)


def _pages(document: bytes) -> int:
    if document.startswith(pwg.SYNC):
        return len(pwg.decode_document(document))
    opened = pypdfium2.PdfDocument(document)
    try:
        return len(opened)
    finally:
        opened.close()


def simulated(options: Mapping[str, str]) -> SimulatedDocumentPrinter:
    """The printer, freshly switched on. Raises ValueError for a choice nobody knows."""
    for name, known in (("two-steps", ("yes", "no")), ("counts", ("yes", "no", "none"))):
        if options[name] not in known:
            raise ValueError(f"no choice {options[name]!r} for {name}; there are: {', '.join(known)}")
    return SimulatedDocumentPrinter(options)
