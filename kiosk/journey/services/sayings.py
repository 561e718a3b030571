"""投诉, 咨询 and 建议: said in one's own words or by a choice, with a number and a code to hear the answer by. Pure.

Works offline: the record is kept on the terminal. Nobody has to give a name; whoever does gets a reply for certain.
"""

from typing import Final

import msgspec

from contract.catalogue import MOBILE_DIGITS, is_mobile
from contract.messages import ComplaintContent, ComplaintFiled, Matter
from contract.papers import ComplaintPaper
from contract.questions import Answer, ReplyAsked, ReplyFound
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.masking import mask_name
from kiosk.journey.saying import said
from kiosk.journey.service import Identified, Known, Met, Service, Then, Turn, back, go, move, stay
from kiosk.journey.services.courtesies import AGAIN, trouble, unanswered, waiting, why_not
from kiosk.journey.services.papers import REPRINT, Papers, ask, heard
from kiosk.journey.services.papers import page as paper_page
from kiosk.journey.typing import any_letter, digit, typed

ABOUT: Final = ("service", "efficiency", "policy", "terminal", "fee", "other")
SHOWN: Final = 30
"""Characters of what was said that stand among the answers."""
LONGEST: Final = 300
"""Characters of what is said: about as much as somebody types standing."""
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of numbers and codes: nothing that is read for something else (no 0 O, 1 I L)."""
CODE_LENGTH: Final = 6
FAQ: Final = "faq"
"""The service that answers what is often asked; from there a question that is left comes back here."""


class Saying(Service, frozen=True, kw_only=True):
    """`at`: matter, about, text, contact, mobile, check, keeping, kept, paper, number, code, asking, reply, failed."""

    matter: Matter = Matter.COMPLAINT
    about: str = ""
    text: str = ""
    contact: str = ""
    """`card`, `mobile` or `none`."""
    mobile: str = ""
    item: str = ""
    said_number: str = ""
    said_code: str = ""
    """Those of an earlier saying whose answer is asked for."""
    request: str = ""
    reply: ReplyFound | None = None
    papers: Papers = Papers("saying")
    why: p.Said = ""

    @property
    def waiting(self) -> str:
        return self.request

    def number(self, known: Known) -> str:
        """On the paper: terminal, day and six characters that no other saying of the day has."""
        day = known.today.replace("-", "")
        return f"{known.terminal}-{day}-{_letters(known.id('saying/number'), 6)}"

    def code(self, known: Known) -> str:
        """Beside the number: who shows both hears the answer."""
        return _letters(known.id("saying/code"), CODE_LENGTH)

    # --- what is shown ----------

    def page(self, known: Known) -> p.Page:
        return msgspec.structs.replace(self._page(known), header=p.word("saying.header"))

    def _page(self, known: Known) -> p.Page:
        match self.at:
            case "matter":
                return self._choose_matter()
            case "about":
                options = tuple(p.Option(key, p.word(f"saying.about.{key}"), chosen=key == self.about) for key in ABOUT)
                return p.Page(
                    "saying.about", p.word("saying.about_title"), p.Choose(options), why=p.word("saying.about_why")
                )
            case "text":
                return self._text_page()
            case "contact":
                return self._contact_page()
            case "mobile":
                return self._mobile_page()
            case "check":
                return self._check_page()
            case "keeping" | "asking":
                return waiting(f"saying.{self.at}", p.word(f"saying.{self.at}"), usually=2, icon="message-square")
            case "kept":
                return self._kept_page(known)
            case "paper":
                return paper_page(self.papers, "saying.paper", p.Action("done", p.word("saying.done"), "check"))
            case "number" | "code":
                return self._earlier_page()
            case "reply":
                return self._reply_page()
            case _:
                return trouble("saying.failed", p.word("saying.failed"), self.why, ways=(p.word("saying.way_phone"),))

    def _choose_matter(self) -> p.Page:
        icons = {
            Matter.COMPLAINT.value: "triangle-alert",
            Matter.CONSULTATION.value: "message-square",
            Matter.SUGGESTION.value: "lightbulb",
            FAQ: "circle-help",
            "reply": "search",
        }
        options = tuple(
            p.Option(name, p.word(f"saying.matter.{name}"), p.word(f"saying.matter_note.{name}"), icon)
            for name, icon in icons.items()
        )
        why = p.word("saying.why")
        return p.Page("saying.matter", p.word("saying.title"), p.Choose(options), why=why, pace=p.Pace.MENU)

    def _text_page(self) -> p.Page:
        left = p.word("saying.room", count=str(LONGEST - len(self.text)))
        empty = p.word("saying.text_empty") if self.matter is Matter.CONSULTATION and not self.text else ""
        return p.Page(
            "saying.text",
            p.word(f"saying.text.{self.matter.value}"),
            p.Enter(
                p.Pad.TEXT, self.text, p.word("saying.text_example"), left, complete=bool(self.text), longest=LONGEST
            ),
            why=p.word("saying.text_why"),
            main=p.Action("go", p.word("frame.next"), off=empty),
            personal=bool(self.text),
        )

    def _contact_page(self) -> p.Page:
        options = (
            p.Option("mobile", p.word("saying.contact.mobile"), p.word("saying.contact.mobile_note"), "phone"),
            p.Option("card", p.word("saying.contact.card"), p.word("saying.contact.card_note"), "id-card"),
            p.Option("none", p.word("saying.contact.none"), p.word("saying.contact.none_note"), "eye-off"),
        )
        return p.Page(
            "saying.contact", p.word("saying.contact_title"), p.Choose(options), why=p.word("saying.contact_why")
        )

    def _mobile_page(self) -> p.Page:
        left = MOBILE_DIGITS - len(self.mobile)
        return p.Page(
            "saying.mobile",
            p.word("saying.mobile"),
            p.Enter(
                p.Pad.MOBILE,
                self.mobile,
                p.word("form.empty"),
                p.word("form.digits_left", count=str(left)) if left else p.word("form.digits_done"),
                complete=left == 0,
                longest=MOBILE_DIGITS,
            ),
            why=p.word("saying.mobile_why"),
            main=p.Action("go", p.word("frame.next"), off=p.word("form.mobile_short") if left else ""),
            trouble=p.word(self.fault) if self.fault else "",
            personal=True,
        )

    def _check_page(self) -> p.Page:
        by_phone = self.contact == "mobile"
        contact: p.Said = self.mobile if by_phone else p.word(f"saying.contact.{self.contact or 'none'}")
        rows = (
            p.Row("matter", p.word("saying.row.matter"), p.word(f"saying.matter.{self.matter.value}"), personal=False),
            p.Row("about", p.word("saying.row.about"), p.word(f"saying.about.{self.about or 'other'}"), personal=False),
            p.Row("text", p.word("saying.row.text"), _short(self.text) or p.word("saying.no_text"), personal=False),
            p.Row("contact", p.word("saying.row.contact"), contact, personal=by_phone),
        )
        return p.Page(
            "saying.check",
            p.word("saying.check"),
            p.Check(rows),
            why=p.word("saying.check_why"),
            main=p.Action("send", p.word("saying.send"), "send"),
            personal=True,
            trouble=p.word(self.fault) if self.fault else "",
        )

    def _kept_page(self, known: Known) -> p.Page:
        told = (
            p.Big(self.number(known), p.word("saying.number")),
            p.Big(self.code(known), p.word("saying.code")),
            p.Line(p.word("saying.kept_how")),
        )
        off = "" if known.papers else p.word("query.no_paper")
        return p.Page(
            "saying.kept",
            p.word("saying.kept"),
            p.Read(told),
            why=p.word("saying.kept_why" if known.link_up else "saying.kept_offline"),
            main=p.Action("done", p.word("saying.done"), "check"),
            second=(p.Action("print", p.word("saying.print"), "printer", off=off),),
            may_back=False,
        )

    def _earlier_page(self) -> p.Page:
        text = self.said_number if self.at == "number" else self.said_code
        longest = LONGEST_NUMBER if self.at == "number" else CODE_LENGTH
        enough = bool(text) if self.at == "number" else len(text) == CODE_LENGTH
        return p.Page(
            f"saying.{self.at}",
            p.word(f"saying.enter_{self.at}"),
            p.Enter(p.Pad.CODE, text, p.word(f"saying.{self.at}_example"), complete=enough, longest=longest),
            why=p.word("saying.enter_why"),
            main=p.Action("go", p.word("frame.next"), off="" if enough else p.word("saying.enter_why")),
        )

    def _reply_page(self) -> p.Page:
        told: list[p.Block] = []
        if self.reply is not None:
            told.append(p.Big(self.reply.state, self.reply.number))
            if self.reply.answer:
                told += [p.Heading(p.word("saying.answer")), p.Line(self.reply.answer)]
            told += _times(self.reply)
            told += [
                p.Bullet(p.Listed((p.Moment(step.at), step.title), "facts"), step.note) for step in self.reply.steps
            ]
        return p.Page(
            "saying.reply",
            p.word("saying.reply"),
            p.Read(tuple(told)),
            main=p.Action("done", p.word("saying.done"), "check"),
            personal=True,
        )

    # --- what happens ----------

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "matter", e.Chose("faq"):
                return Turn(self, then=Then.OPEN, about=f"{FAQ}:{self.item}")
            case "matter", e.Chose("reply"):
                return Turn(go(self, "number"))
            case "matter", e.Chose(value) if value in {matter.value for matter in Matter}:
                return Turn(go(self, "about", matter=Matter(value)))
            case "about", e.Chose(value) if value in ABOUT:
                return Turn(go(self, "text", about=value))
            case (("text" | "mobile" | "number" | "code"), (e.KeyPressed() | e.Erased() | e.Cleared())):
                return self._typed(event)
            case "text", e.Acted("go") if self.text or self.matter is not Matter.CONSULTATION:
                return Turn(go(self, "contact"))
            case "contact", e.Chose("none"):
                return Turn(go(self, "check", contact="none", mobile=""))
            case "contact", e.Chose("mobile"):
                return Turn(go(self, "mobile", contact="mobile"))
            case "contact", e.Chose("card"):
                return Turn(msgspec.structs.replace(self, contact="card"), then=Then.CARD)
            case "contact", Identified():
                return Turn(go(self, "check"))
            case "mobile", e.Acted("go"):
                wrong = "" if is_mobile(self.mobile) else "form.mobile_wrong"
                return stay(self, fault=wrong) if wrong else Turn(go(self, "check"))
            case "check", e.AnswerReopened(key) if key in ("matter", "about", "text", "contact"):
                return Turn(go(self, key))
            case "check", e.Acted("send"):
                return self._send(known)
            case "keeping", e.RecordKept(_, record_id, fault) if record_id == known.id("saying"):
                return stay(self, at="check", fault=fault) if fault else Turn(move(self, "kept"))
            case (("kept" | "paper"), e.Acted(action)) if action in ("print", REPRINT) and known.papers:
                return self._print(known)
            case _, e.PaperMoved():
                return stay(self, papers=heard(self.papers, event, known))
            case "number", e.Acted("go") if self.said_number:
                return Turn(go(self, "code"))
            case "code", e.Acted("go") if len(self.said_code) == CODE_LENGTH:
                return self._ask(known)
            case "asking", e.Answered(_, request, answer) if request == self.request:
                return self._answered(answer)
            case "asking", e.Unanswered(_, request, why) if request == self.request:
                return Turn(move(self, "failed", request="", why=unanswered(why)))
            case "failed", e.Acted(action) if action == AGAIN:
                return self._ask(known)
            case "failed", e.Acted("back"):
                return Turn(self, then=Then.BACK)
            case (("kept" | "paper" | "reply"), e.Acted("done")):
                return Turn(self, then=Then.FAREWELL)
            case _, e.WentBack() if self.at not in ("keeping", "asking", "kept", "paper"):
                return back(self)
            case _:
                return Turn(self)

    def _typed(self, event: e.KeyPressed | e.Erased | e.Cleared) -> Turn:
        match self.at:
            case "text":
                return stay(self, text=typed(self.text, event, LONGEST, any_letter))
            case "mobile":
                return stay(self, mobile=typed(self.mobile, event, MOBILE_DIGITS, digit), fault="")
            case "number":
                return stay(self, said_number=typed(self.said_number, event, LONGEST_NUMBER, any_letter).upper())
            case _:
                return stay(self, said_code=typed(self.said_code, event, CODE_LENGTH, any_letter).upper())

    def _send(self, known: Known) -> Turn:
        holder = known.holder if self.contact == "card" else None
        name = (holder.name or holder.latin_name) if holder else ""
        contact = self.mobile if self.contact == "mobile" else ""
        masked = mask_name(name) or (f"{contact[:3]}****{contact[-4:]}" if contact else "")
        record = ComplaintFiled(
            complaint_id=known.id("saying"),
            number=self.number(known),
            code=self.code(known),
            matter=self.matter,
            at="",
            language=known.language,
            about=self.about,
            item=self.item or None,
            named=holder is not None,
            masked_contact=masked,
        )
        content = ComplaintContent(self.text, name, contact, holder.id_number if holder else "")
        return Turn(
            stay(self, at="keeping", fault="").service,
            (e.KeepRecord(known.visit, known.id("saying"), record, content),),
        )

    def _ask(self, known: Known) -> Turn:
        request = f"saying/{known.now}"
        asking = move(self, "asking", request=request, why="")
        return Turn(asking, (e.AskCentre(known.visit, request, ReplyAsked(self.said_number, self.said_code)),))

    def _answered(self, answer: Answer) -> Turn:
        if isinstance(answer, ReplyFound):
            return Turn(move(self, "reply", request="", reply=answer))
        return Turn(move(self, "failed", request="", why=why_not(answer) or p.word("unanswered.broken")))

    def _print(self, known: Known) -> Turn:
        holder = known.holder if self.contact == "card" else None
        slip = ComplaintPaper(
            number=self.number(known),
            code=self.code(known),
            matter=said(known.language, p.word(f"saying.matter.{self.matter.value}")),
            at=f"{known.wall}:00",
            about=said(known.language, p.word(f"saying.about.{self.about or 'other'}")),
            contact=mask_name(holder.name or holder.latin_name) if holder else "",
        )
        asked = ask(self.papers, "complaint", slip, known)
        return Turn(move(self, "paper", papers=asked.papers), asked.effects)


LONGEST_NUMBER: Final = 40


def _times(reply: ReplyFound) -> list[p.Block]:
    """By when it is answered; until when that was put off, and why; how late it is (GB/T 39046 6.7)."""
    told: list[p.Block] = []
    if reply.promised_until:
        told.append(p.Entry(p.word("saying.promised"), p.Day(reply.promised_until)))
    if reply.extended_until:
        told.append(p.Entry(p.word("saying.extended"), p.Day(reply.extended_until)))
        told.append(p.Entry(p.word("saying.extension_reason"), reply.extension_reason))
    if reply.overdue_days:
        late = p.word("saying.overdue", days=str(reply.overdue_days))
        told.append(p.Line(late, p.Tone.ATTENTION))
    return told


def _short(text: str) -> str:
    """As much of it as stands on one line or two: all of it is one touch away."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _letters(source: str, count: int) -> str:
    value = int(source.replace("-", ""), 16)
    found = []
    for _ in range(count):
        value, at = divmod(value, len(_ALPHABET))
        found.append(_ALPHABET[at])
    return "".join(found)


def opened(known: Known, about: str) -> Turn:
    """For an item by its slug, or about nothing in particular; `consultation/slug` is a question right away."""
    matter, _, slug = about.rpartition("/")
    item = slug if known.find(slug) else ""
    if matter == Matter.CONSULTATION.value:
        return Turn(Saying("about", matter=Matter.CONSULTATION, item=item))
    return Turn(Saying("matter", item=item))
