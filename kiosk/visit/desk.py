"""The dictionary of a visit: an effect becomes a job for the reader's worker or a message over the link, its
result an event.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Final, assert_never

import msgspec

from contract.messages import CaseContent, Holder
from contract.scans import ScanRef
from contract.supplements import SupplementGiven
from devices.id_card_reader.driver import IdCardReader
from devices.id_card_reader.layouts import CardContent
from devices.worker import DeviceDown, DeviceUp, JobDone, JobFailed, Worker
from kiosk.facts import Site
from kiosk.journey import events as e
from kiosk.journey import machines as m
from kiosk.journey.masking import mask_name
from kiosk.link import (
    CardLying,
    CarriedAnswer,
    CarryQuestion,
    CaseKept,
    CaseNotKept,
    DocumentNews,
    DoorNews,
    KeepCase,
    KeepDifficulty,
    KeepRating,
    KeepRecord,
    Link,
    LinkClosed,
    NotCarried,
    PaperNews,
    PaperPrepared,
    PermitNews,
    PrintCase,
    PrintReceipt,
    RecordNews,
    ScanGoOn,
    ScanKept,
    ScanNotKept,
    ServiceWanted,
    TicketNews,
    ToTerminal,
    ToVisit,
)
from kiosk.visit.card_watch import CARD_EVERY, GUARD_EVERY, CardGuard, CardWatch
from kiosk.visit.errands import Errands
from kiosk.visit.matching import Matching
from kiosk.visit.questions import Enquiries
from kiosk.visit.scan_post import ScanPost, Told
from kiosk.visit.seal import Sealer

_GONE_POLL_SECONDS: Final = 0.5

Say = Callable[[e.News], None]


def _card_gone(reader: IdCardReader) -> bool | None:
    return None if reader.is_present() else True


class Desk:
    """Carries out the effects of one visit."""

    def __init__(
        self, visit: int, link: Link[ToVisit], sealer: Sealer, *, say: Say, over: Callable[[e.Ending], None]
    ) -> None:
        """`say` takes news from any thread; `over` ends this process."""
        self._visit = visit
        self._link = link
        self._sealer = sealer
        self._say = say
        self._over = over
        self._reader: Worker[IdCardReader] | None = None
        self._watch = CardWatch()
        self._guard = CardGuard()
        self._lying: bool | None = None
        self._scans: ScanPost | None = None
        self._scans_told: dict[str, Told] = {}
        self._case_id = ""
        self._named: dict[str, tuple[ScanRef, ...]] = {}
        """By record, the scans it names, until it is known to be kept."""
        self.errands: Errands | None = None
        """Papers, scans and doors, once they are fitted."""
        self._enquiries = Enquiries(visit)
        self.matching = Matching(visit, self._guard, say)
        """Comparisons of who stands here with the card, once a device for it is fitted."""

    def seal_to(self, sealer: Sealer) -> None:
        """Seal with other keys from now on."""
        self._sealer = sealer

    def keep_scan(self, case_id: str, content: bytes, what: str, told: Told) -> ScanRef:
        """Seal a scan of this visit's case and have it kept; `told` hears whether it was. Screen's thread.

        `what` is the code of the material. What was kept before the case is saved goes with it.
        """
        if self._scans is None:
            self._scans = ScanPost(self._visit, case_id, self._tell, self._scan_told)
        ref = self._scans.hand_over(self._sealer.seal_scan(case_id, content), self._sealer.suite_id, what)
        self._scans_told[ref.hash] = told
        return ref

    def fit_errands(self, case_id: str, site: Site) -> Errands:
        """Papers, scans and doors of this visit, from now on."""
        self._case_id = case_id
        self.errands = Errands(
            self._visit,
            case_id,
            site,
            send=self._link.send,
            say=self._say,
            hand_over=lambda content, what, told: self.keep_scan(case_id, content, what, told),
            take_back=lambda ref: self._scans.take_back(ref) if self._scans is not None else None,
        )
        return self.errands

    def _scan_told(self, ref: ScanRef, fault: str) -> None:
        self._scans_told.pop(ref.hash)(ref, fault)

    def fit_reader(self, reader: Worker[IdCardReader] | None) -> None:
        """The reader of this visit, already started; without one nothing is ever read."""
        self._reader = reader

    def do(self, effect: e.Effect) -> None:  # noqa: C901, PLR0912, PLR0915 - one case for each effect there is
        """Never blocks, never raises for a device or a link."""
        match effect:
            case e.AwaitCard():
                if self._reader:
                    self._reader.repeat("card", self._watch, CARD_EVERY)
                else:
                    self._say(e.CardFailed(self._visit, "absent.id_card_reader"))
            case e.AwaitCardGone():
                self._watch = CardWatch()  # looking for the card may have made it readable again
                if self._reader:
                    self._reader.repeat("gone", _card_gone, _GONE_POLL_SECONDS)
            case e.GuardCard():
                if self._reader:
                    self._reader.repeat("other", self._guard, GUARD_EVERY)
            case e.RestReader():
                if self._reader:
                    self._reader.rest()
            case e.SaveCase():
                self._save(effect)
            case e.PrintTicket(visit, case_id):
                self._tell(PrintCase(visit, case_id))
            case e.PrintReceipt(visit, case_id, received):
                self._tell(PrintReceipt(visit, case_id, received))
            case e.SaveRating():
                self._tell(KeepRating(*(getattr(effect, name) for name in KeepRating.__struct_fields__)))
            case e.SaveDifficulty(visit, page, item, last_error, reason):
                self._tell(KeepDifficulty(visit, page, item, last_error, reason))
            case e.EndVisit(_, ending):
                self._over(ending)
            case e.AskCentre():
                self._ask(effect)
            case e.KeepRecord():
                self._keep_record(effect)
            case m.ComparePerson():
                self.matching.compare(effect, self._reader)
            case m.TakePermit() | m.EndorsePermit() | m.ReturnPermit():
                if self.errands:
                    self.errands.permit(effect)
            case e.PrintPaper() | e.ShowPaper() | e.CaptureScan() | e.KeepScan() | e.DropScan() | e.OpenDoor():
                if self.errands:
                    self.errands.do(effect)
            case _:
                assert_never(effect)

    def hear_reader(self, event: object) -> None:
        """What the reader's worker posts, on its own thread."""
        match event:
            case JobDone(token="card", result=CardContent() as content):
                self._guard.belongs(content)
                self._say(e.CardRead(self._visit, _holder(content)))
            case JobDone(token="card", result=CardLying(lying)):
                self._lies(lying=lying)
            case JobDone(token="other"):
                self._say(e.OtherCard(self._visit))
            case _ if self.matching.hear_reader(event):
                pass
            case JobDone(token="gone"):
                self._say(e.CardGone(self._visit))
            case JobFailed(token="card", fault=fault):
                self._say(e.CardFailed(self._visit, fault.key))
            case DeviceDown(fault=fault):
                self._say(e.CardFailed(self._visit, fault.key))
            case DeviceUp():
                self._say(e.ReaderRecovered(self._visit))
            case _:
                pass

    def hear_terminal(self, message: object) -> None:  # noqa: C901, PLR0912 - one case for each message there is
        """What the terminal process says about this visit's case and ticket."""
        match message:
            case CaseKept():
                self._say(_saved(message))
            case CaseNotKept(visit, case_id, fault):
                self._say(e.SaveFailed(visit, case_id, fault))
            case TicketNews(visit, case_id, state, fault):
                self._say(e.TicketMoved(visit, case_id, e.TicketState(state), fault))
            case DocumentNews(visit, case_id, state, fault):
                self._say(e.ReceiptMoved(visit, case_id, e.TicketState(state), fault))
            case PaperPrepared() | PaperNews() | DoorNews() | PermitNews():
                if self.errands:
                    self.errands.hear(message)
            case ScanGoOn() | ScanKept() | ScanNotKept():
                if self._scans is not None:
                    self._scans.hear(message)
            case CarriedAnswer() | NotCarried():
                if (news := self._enquiries.hear(message)) is not None:
                    self._say(news)
            case RecordNews(visit, record_id, fault):
                self._belong(record_id, fault)
                self._say(e.RecordKept(visit, record_id, fault))
            case ServiceWanted(visit):
                self._say(e.ServiceWanted(visit))
            case _:
                pass

    def _keep_record(self, effect: e.KeepRecord) -> None:
        body = effect.record
        if getattr(body, "at", None) == "":
            body = msgspec.structs.replace(body, at=datetime.now().astimezone().isoformat(timespec="seconds"))
        if isinstance(body, SupplementGiven) and self.errands is not None:
            refs = self._named[effect.record_id] = self.errands.scans.refs(effect.scans)
            body = msgspec.structs.replace(body, scans=refs, sealed_as=self._case_id)
        sealed = None if effect.content is None else self._sealer.seal_record(effect.record_id, effect.content)
        self._tell(KeepRecord(effect.visit, effect.record_id, body, sealed))

    def _belong(self, record_id: str, fault: str) -> None:
        """Scans that a kept record names are no case's any more."""
        refs = self._named.pop(record_id, ())
        if self._scans is not None and not fault:
            for ref in refs:
                self._scans.take_back(ref)

    def _lies(self, *, lying: bool) -> None:
        if lying != self._lying:
            self._lying = lying
            self._tell(CardLying(lying))
            self._say(
                e.CardFailed(self._visit, "id_card_reader.lift_first") if lying else e.ReaderRecovered(self._visit)
            )

    def _ask(self, effect: e.AskCentre) -> None:
        asked = self._enquiries.ask(effect, self._sealer)
        if isinstance(asked, CarryQuestion):
            self._tell(asked)
        else:
            self._say(asked)

    def _save(self, effect: e.SaveCase) -> None:
        holder = effect.holder
        content = CaseContent(holder=holder, answers=dict(effect.answers))
        self._tell(
            KeepCase(
                visit=effect.visit,
                case_id=effect.case_id,
                item=effect.item.slug,
                language=effect.language,
                masked_name=mask_name(holder.name or holder.latin_name) if holder else "",
                sealed=self._sealer.seal(effect.case_id, content),
                item_version=effect.item.version,
                scans=self._scans.kept if self._scans is not None else (),
                filed=effect.filed,
            )
        )

    def _tell(self, message: ToTerminal) -> None:
        # A closed link is heard by the listening thread too, which ends this process; nothing unacknowledged
        # was promised.
        with suppress(LinkClosed):
            self._link.send(message)


def _saved(kept: CaseKept) -> e.CaseSaved:
    return e.CaseSaved(
        kept.visit,
        kept.case_id,
        kept.case_number,
        kept.number,
        kept.business_date,
        kept.filed_at,
        kept.promise_date,
        kept.item,
        kept.promise_certain,
        kept.missing_until,
    )


def _holder(card: CardContent) -> Holder:
    return Holder(
        card_kind=card.kind.value,
        name=card.name,
        id_number=card.id_number,
        sex=card.sex,
        ethnic_group=card.ethnic_group or "",
        birth_date=_iso(card.birth_date),
        address=card.newest_address or card.address or "",
        issuer=card.issuer or "",
        valid_from=_iso(card.valid_from),
        valid_to=_iso(card.valid_to),
        latin_name=card.latin_name or "",
        nationality=card.nationality or "",
        pass_number=card.pass_number or "",
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
