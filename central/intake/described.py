"""What else machines say to the centre, for the OpenAPI document: enrolment, halls, card readers, the gateway."""

from typing import Final

import msgspec

from central.payments.protocol import NOTIFIED, NameOrder
from contract.enrolment import (
    ENROL_PATH,
    RENEW_PATH,
    EnrolAsked,
    Enrolled,
    EnrolRefused,
    RenewAsked,
    Renewed,
)
from contract.numbers import NUMBER_PATH, NumberAsked, NumberGiven
from contract.questions import QuestionReply
from contract.relay import (
    ACTS_PATH,
    BEAT_PATH,
    FEED_PATH,
    QUESTION_PATH,
    RUNS_PATH,
    TERMINALS_PATH,
    ActsSent,
    ActsTaken,
    FeedAsked,
    FeedTold,
    QuestionRelayed,
    RelayBeat,
    RelayBeaten,
    RunsSent,
    RunsTaken,
    TerminalsSaid,
    TerminalsTaken,
)
from contract.succession import SUCCESSION_PATH, Succession
from contract.window_agent import CARD_PATH, PAIR_PATH, CardLaid, CardTaken, PairAsked, Paired

Kinds = dict[int, tuple[type[msgspec.Struct] | None, str]]
"""Status -> what the body is (None: an error reply) and when."""


class Nothing(msgspec.Struct, frozen=True):
    """An empty object."""


class Call(msgspec.Struct, frozen=True):
    """One route: who says it, in whose name it is signed (None: by nobody), what goes in and every answer."""

    path: str
    method: str
    tag: str
    summary: str
    asked: type[msgspec.Struct] | None
    answers: Kinds
    signed: bool = True


_UNSIGNED: Final = "No key entered here signed exactly this request, or it speaks for somebody else."
_LARGE: Final = "The body is too large."
_MALFORMED: Final = "Not a message of this protocol; `message` names the place and the expected value."
_LATER: Final = "Nothing was stored: say it again after `Retry-After` seconds."
_SIGNED: Final[Kinds] = {401: (None, _UNSIGNED), 413: (None, _LARGE), 422: (None, _MALFORMED), 503: (None, _LATER)}
_OF_HALL: Final[Kinds] = {**_SIGNED, 403: (None, "The key is a terminal's and not that of a hall's node.")}
_KNOCKS: Final[Kinds] = {
    413: (None, _LARGE),
    422: (None, _MALFORMED),
    429: (None, "Too many tries from there: wait a minute."),
}

CALLS: Final = (
    Call(
        ENROL_PATH,
        "post",
        "enrolment",
        "A one-time code and two fresh keys in, all a terminal must know out; said again it is answered the same",
        EnrolAsked,
        {
            200: (Enrolled, "Entered: its name, its keys' certificates, the centre's keys."),
            409: (
                EnrolRefused,
                "The code is unknown, used, too old, or waits for somebody to confirm the fingerprint.",
            ),
            **_KNOCKS,
            503: (EnrolRefused, "This host has no authority to enrol with."),
        },
    ),
    Call(
        RENEW_PATH,
        "post",
        "enrolment",
        "The next certificate of a terminal",
        RenewAsked,
        {200: (Renewed, "The certificate and the authority's."), **_SIGNED},
    ),
    Call(
        SUCCESSION_PATH,
        "get",
        "enrolment",
        "How the centre's signing keys followed each other; each statement is signed by a key before it",
        None,
        {200: (Succession, "All statements, the oldest first.")},
        signed=False,
    ),
    Call(
        NUMBER_PATH,
        "post",
        "terminals",
        "The next number of a queue; the same case always has the same answer",
        NumberAsked,
        {
            200: (NumberGiven, "Committed before it was said."),
            409: (None, "Another terminal or another queue has a number for this case."),
            **_SIGNED,
        },
    ),
    Call(
        TERMINALS_PATH,
        "post",
        "halls",
        "All terminals behind a hall's node",
        TerminalsSaid,
        {200: (TerminalsTaken, "Those that are not taken over, each with the reason."), **_OF_HALL},
    ),
    Call(
        RUNS_PATH,
        "post",
        "halls",
        "Records as their terminals made them, byte for byte",
        RunsSent,
        {200: (RunsTaken, "For each run the answer its terminal would have had."), **_OF_HALL},
    ),
    Call(
        BEAT_PATH,
        "post",
        "halls",
        "How a hall's node and its terminals are",
        RelayBeat,
        {200: (RelayBeaten, "What the centre holds, and who is cut off."), **_OF_HALL},
    ),
    Call(
        FEED_PATH,
        "post",
        "halls",
        "What comes down for any terminal of the hall",
        FeedAsked,
        {200: (FeedTold, "In order after `cursor`; each item is signed by itself."), **_OF_HALL},
    ),
    Call(
        ACTS_PATH,
        "post",
        "halls",
        "What was done in the hall itself, once and in order",
        ActsSent,
        {
            200: (ActsTaken, "Everything up to `ack` is committed; `refused_seq` is the first place that differs."),
            **_OF_HALL,
        },
    ),
    Call(
        QUESTION_PATH,
        "post",
        "halls",
        "A question of a visit behind the node, sealed for the centre alone",
        QuestionRelayed,
        {
            200: (QuestionReply, "The answer, sealed for the visit that asked."),
            409: (None, "That terminal is not behind this node."),
            **_OF_HALL,
        },
    ),
    Call(
        PAIR_PATH,
        "post",
        "windows",
        "A code and a fresh key in: which window the card reader belongs to, and the centre's keys",
        PairAsked,
        {200: (Paired, "Paired with its window."), 409: (None, "The code is unknown, used or too old."), **_KNOCKS},
    ),
    Call(
        CARD_PATH,
        "post",
        "windows",
        "A card lies on the reader: its sealed number, whose cases are then shown at the window",
        CardLaid,
        {
            200: (CardTaken, "How many were found; nothing of whom."),
            401: (None, "The reader is not paired, or its clock is more than two minutes away."),
            413: (None, _LARGE),
            422: (None, _MALFORMED),
        },
    ),
    Call(
        NOTIFIED,
        "post",
        "payments",
        "The gateway says that something happened to an order: only a reason to ask it",
        NameOrder,
        {
            200: (Nothing, "Heard."),
            400: (None, "No order's id."),
            401: (None, "Not signed with the merchant's key."),
            404: (None, "No gateway is set up here."),
            413: (None, _LARGE),
        },
        signed=False,
    ),
)
NOT_DESCRIBED: Final = {
    "/schema/openapi.json": "this description itself",
    "/api": "a page: this description",
    "/csp-reports": "sent by browsers, in the form of the CSP standard",
    "/static": "files of the pages",
    "/login": "a page",
    "/verify": "a page: is this document genuine",
    "/tolerance": "a page: what may be brought later",
    "/supplement": "a page: hand in a paper by phone",
    "/my-case": "a page: what was done with a case, by number and code",
    "/way": "a page: the way in the hall",
    "/p": "a page: my number, behind the code of a ticket",
    "/rate": "a page: rate a service",
    "/screen": "a page: the calling screen of a hall",
    "/begin": "a page: begin an application",
    "/draft": "a page: go on with an application",
    "/special-hours": "a page: other hours of the hall",
    "/special-hours.csv": "the same as a table",
    "/open": "pages: reports for everybody",
}
"""Routes without a login that no machine of this interface calls, each with what it is. A law test reads it."""
