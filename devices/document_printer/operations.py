"""What is asked of an IPP printer and what its answers are called (RFC 8011). Pure."""

from enum import IntEnum
from typing import Final

from devices.document_printer.protocol import Attribute, Content, Delimiter, Group, Message, Tag, attribute


class Operation(IntEnum):
    """Requests."""

    PRINT_JOB = 0x0002
    VALIDATE_JOB = 0x0004
    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B
    PAUSE_PRINTER = 0x0010
    RESUME_PRINTER = 0x0011


class Status(IntEnum):
    """Answers."""

    OK = 0x0000
    OK_SUBSTITUTED = 0x0001
    BAD_REQUEST = 0x0400
    FORBIDDEN = 0x0401
    NOT_AUTHENTICATED = 0x0402
    NOT_AUTHORISED = 0x0403
    NOT_POSSIBLE = 0x0404
    TIMED_OUT = 0x0405
    NOT_FOUND = 0x0406
    FORMAT_UNSUPPORTED = 0x040A
    VALUES_UNSUPPORTED = 0x040B
    INTERNAL_ERROR = 0x0500
    OPERATION_UNSUPPORTED = 0x0501
    SERVICE_UNAVAILABLE = 0x0502
    VERSION_UNSUPPORTED = 0x0503
    DEVICE_ERROR = 0x0504
    TEMPORARY_ERROR = 0x0505
    NOT_ACCEPTING = 0x0506
    BUSY = 0x0507
    JOB_CANCELLED = 0x0508


FAULT_OF_STATUS: Final = {
    Status.BAD_REQUEST: "document_refused",
    Status.FORBIDDEN: "refused",
    Status.NOT_AUTHENTICATED: "refused",
    Status.NOT_AUTHORISED: "refused",
    Status.NOT_POSSIBLE: "document_refused",
    Status.TIMED_OUT: "document_refused",
    Status.NOT_FOUND: "refused",
    0x0407: "refused",
    0x0408: "document_refused",
    Status.FORMAT_UNSUPPORTED: "format_unsupported",
    Status.VALUES_UNSUPPORTED: "format_unsupported",
    0x0411: "format_unsupported",
    Status.INTERNAL_ERROR: "hardware_error",
    Status.OPERATION_UNSUPPORTED: "refused",
    Status.SERVICE_UNAVAILABLE: "offline",
    Status.VERSION_UNSUPPORTED: "refused",
    Status.DEVICE_ERROR: "hardware_error",
    Status.TEMPORARY_ERROR: "busy",
    Status.NOT_ACCEPTING: "not_accepting",
    Status.BUSY: "busy",
    Status.JOB_CANCELLED: "job_cancelled",
}
"""What an answer that is no success means to whoever must act; anything else is `document_refused`."""


class JobState(IntEnum):
    """Where a job is."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELLED = 7
    ABORTED = 8
    COMPLETED = 9

    @property
    def over(self) -> bool:
        """Nothing of it can come out any more."""
        return self >= JobState.CANCELLED


PRINTER_ATTRIBUTES: Final = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
)
CAPABILITY_ATTRIBUTES: Final = (
    "operations-supported",
    "document-format-supported",
    "copies-supported",
    "sides-supported",
    "media-supported",
    "pwg-raster-document-resolution-supported",
    "pwg-raster-document-type-supported",
    "cups-version",
)
JOB_ATTRIBUTES: Final = (
    "job-id",
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
    "job-originating-user-name",
    "time-at-processing",
)


class Requests:
    """Builds the requests of one client to one printer."""

    def __init__(self, printer_uri: str, user: str) -> None:
        self._uri = printer_uri
        self._user = user
        self._number = 0

    def printer_attributes(self, *wanted: str) -> Message:
        """How is it?"""
        return self._request(Operation.GET_PRINTER_ATTRIBUTES, attribute("requested-attributes", Tag.KEYWORD, *wanted))

    def resume_printer(self) -> Message:
        """Go on after a pause."""
        return self._request(Operation.RESUME_PRINTER)

    def jobs_not_completed(self) -> Message:
        """Which jobs could still come out? Everybody's: whether it can tell users apart is not known."""
        return self._request(
            Operation.GET_JOBS,
            attribute("which-jobs", Tag.KEYWORD, "not-completed"),
            attribute("requested-attributes", Tag.KEYWORD, *JOB_ATTRIBUTES),
        )

    def job_attributes(self, job: int) -> Message:
        """How far is it?"""
        return self._request(
            Operation.GET_JOB_ATTRIBUTES,
            attribute("job-id", Tag.INTEGER, job),
            attribute("requested-attributes", Tag.KEYWORD, *JOB_ATTRIBUTES),
        )

    def cancel_job(self, job: int) -> Message:
        """Nothing more of it."""
        return self._request(Operation.CANCEL_JOB, attribute("job-id", Tag.INTEGER, job))

    def create_job(self, title: str, template: tuple[Attribute, ...]) -> Message:
        """A job whose document follows by itself, so that its number is known before anything can come out."""
        return self._request(Operation.CREATE_JOB, attribute("job-name", Tag.NAME, title), job=template)

    def send_document(self, job: int, document_format: str) -> Message:
        """The one document of a job; it follows the message."""
        return self._request(
            Operation.SEND_DOCUMENT,
            attribute("job-id", Tag.INTEGER, job),
            attribute("document-format", Tag.MIME, document_format),
            attribute("last-document", Tag.BOOLEAN, 1),
        )

    def print_job(self, title: str, document_format: str, template: tuple[Attribute, ...]) -> Message:
        """A job with its document, for printers that know no other way; it follows the message."""
        return self._request(
            Operation.PRINT_JOB,
            attribute("job-name", Tag.NAME, title),
            attribute("document-format", Tag.MIME, document_format),
            job=template,
        )

    def _request(self, operation: Operation, *more: Attribute, job: tuple[Attribute, ...] = ()) -> Message:
        """RFC 8011 4.1.4: charset and language first, then the printer, then (for job operations) the job."""
        self._number = self._number % 0x7FFFFFFF + 1
        by_user = attribute("requesting-user-name", Tag.NAME, self._user)
        after_job_id = 1 if more and more[0].name == "job-id" else 0
        operation_group = Group(
            Delimiter.OPERATION,
            (
                attribute("attributes-charset", Tag.CHARSET, "utf-8"),
                attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
                attribute("printer-uri", Tag.URI, self._uri),
                *more[:after_job_id],
                by_user,
                *more[after_job_id:],
            ),
        )
        groups = (operation_group, Group(Delimiter.JOB, job)) if job else (operation_group,)
        return Message(operation, self._number, groups)


def first(contents: dict[str, tuple[Content, ...]], name: str) -> Content:
    """The first value of an attribute; None when it is absent or has no value."""
    return contents.get(name, (None,))[0]


def number(contents: dict[str, tuple[Content, ...]], name: str) -> int | None:
    """The first value as a number, or None."""
    found = first(contents, name)
    return found if isinstance(found, int) else None


def words(contents: dict[str, tuple[Content, ...]], name: str) -> tuple[str, ...]:
    """All values that are words."""
    return tuple(word for word in contents.get(name, ()) if isinstance(word, str))
