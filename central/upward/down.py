"""What comes down from the centre: checked, and passed on to the terminals of the hall under the hall's own signature.

A terminal behind a hall believes its hall, as it counts the places and versions of one feed. The hall passes on nothing
that does not bear the centre's signature.
"""

import base64
import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec
import structlog

from central.database import Database, Transaction
from central.feed import store as feed
from central.feed.rules import EVERYBODY, Draft
from central.keys import Keys
from central.reconciliation import store as reconciliation
from central.reconciliation.store import Due
from central.upward import rules, store
from central.upward.joining import Passport
from central.upward.line import Line
from contract.enrolment import CentreKey
from contract.feed import Archived, CaseVerdict, FeedItem, FeedKind, SealingKey, SealingKeys, signed_bytes
from contract.succession import Succession
from contract.suites import BadSignature, UnknownSuite

CURSOR = "cursor"
SEALING = "sealing"
NOT_SIGNED = "not signed by the centre"

log = structlog.get_logger()


class Down:
    """Belongs to the thread that calls `step`; `passport` may be replaced by what it learns."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        passport: Passport,
        line: Line,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._keys = keys
        self.passport = passport
        self._line = line
        self._clock = clock

    def cursor(self) -> int:
        """How far it has been read."""
        with self._database.reading() as connection:
            return int(store.word(connection, CURSOR) or 0)

    def step(self) -> bool:
        """Fetch a page and pass it on; whether there may be more."""
        self._say_sealing()
        before = self.cursor()
        told = self._line.pull(before)
        now = self._clock()
        good = list(self._believed(told.items))
        refused = [item for item in told.items if item not in good]
        for item in good:
            self._learn(item)
        with self._database.writing() as connection:
            self._pass_on(connection, good, now)
            for item in refused:
                store.refuse_item(connection, item.seq, item.kind, item.key, NOT_SIGNED, now)
            store.keep_word(connection, CURSOR, str(told.cursor))
        for item in refused:
            log.warning("item_refused", seq=item.seq, kind=item.kind, key=item.key)
        return bool(told.items)

    def _believed(self, items: Sequence[FeedItem]) -> Iterator[FeedItem]:
        for item in items:
            key = self.passport.trust.keys.get(item.key_id)
            if key is not None and key.suite == item.suite:
                with contextlib.suppress(BadSignature, UnknownSuite, ValueError):
                    key.verify(signed_bytes(item), item.signature)
                    yield item

    def _learn(self, item: FeedItem) -> None:
        """What is for the node alone. A body of another form is nobody's."""
        with contextlib.suppress(ValueError):
            if item.kind == FeedKind.SIGNING_KEYS:
                self.passport.trust.learn(msgspec.json.decode(item.body, type=Succession).statements)
            elif item.kind == FeedKind.SEALING_KEYS:
                found = msgspec.json.decode(item.body, type=SealingKeys)
                keys = [CentreKey(one.id, one.suite, base64.b64decode(one.key)) for one in found.keys]
                self.passport = self.passport.keep_sealing(keys)

    def _pass_on(self, connection: Transaction, items: Sequence[FeedItem], now: datetime) -> None:
        here = {EVERYBODY, *store.terminal_ids(connection)}
        drafts = []
        for item in items:
            if not rules.to_pass_on(item) or item.audience not in here:
                continue
            drafts.append(Draft(item.audience, item.kind, item.key, item.body, "centre", rules.until(item, now)))
            with contextlib.suppress(ValueError):
                self._note(connection, item)
        feed.publish_all(connection, self._keys(), drafts, now)

    @staticmethod
    def _note(connection: Transaction, item: FeedItem) -> None:
        """What the centre says of records, the hall remembers too."""
        if item.kind == FeedKind.ARCHIVED:
            said = msgspec.json.decode(item.body, type=Archived)
            reconciliation.archive(connection, [Due(item.audience, said.epoch, said.lane, said.seq)])
        elif item.kind == FeedKind.VERDICT:
            verdict = msgspec.json.decode(item.body, type=CaseVerdict)
            if verdict.outcome == "incomplete":
                store.scans_again(connection, verdict.case_id)

    def _say_sealing(self) -> None:
        """Terminals hear when the keys of either change."""
        found = hashlib.sha256(repr(both(self._keys(), self.passport)).encode()).hexdigest()
        with self._database.reading() as connection:
            said = store.word(connection, SEALING)
        if said != found:
            with self._database.writing() as connection:
                feed.publish_all(connection, self._keys(), [self.sealing()], self._clock())
                store.keep_word(connection, SEALING, found)

    def sealing(self) -> Draft:
        """What terminals of the hall seal to: the centre, and this hall."""
        return Draft(EVERYBODY, FeedKind.SEALING_KEYS, "sealing", SealingKeys(both(self._keys(), self.passport)))


def both(ours: Keys, passport: Passport) -> tuple[SealingKey, ...]:
    """The sealing keys of the centre and of this hall."""
    theirs = tuple(
        SealingKey(key.id, base64.b64encode(key.key).decode(), key.suite) for key in passport.joined.sealing_keys
    )
    return (*theirs, *(SealingKey(found.id, found.key, found.suite) for found in ours.newest))
