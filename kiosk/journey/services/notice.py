"""指南 and 一次性告知: plain questions, then one sheet that says all of it, on screen, on paper, by QR code. Pure.

What exactly was told, of which version, when and to whom is kept as evidence (ZN-01): one record for each way it was
given.
"""

import hashlib
from typing import Final

import msgspec

from contract.catalogue import Item, ItemKind
from contract.messages import NoticeContent, NoticeGiven
from contract.papers import NoticeMaterial, NoticePaper
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.masking import mask_name
from kiosk.journey.saying import said
from kiosk.journey.service import Known, Met, Service, Then, Turn, back, go, stay
from kiosk.journey.services import needs, plain_guide
from kiosk.journey.services.courtesies import limit
from kiosk.journey.services.papers import Papers, ask, heard
from kiosk.journey.services.papers import page as paper_page
from kiosk.journey.services.plain_guide import edition

ASKED: Final = "asked."
"""A place that asks the situation of this key."""
MOST_BYTES: Final = 900
"""Of a QR code that an old phone reads from the screen (about version 23, level M)."""


class Notice(Service, frozen=True, kw_only=True):
    """`at`: `asked.<situation>`, stop, sheet, code, paper."""

    item: Item
    answers: tuple[tuple[str, str], ...] = ()
    papers: Papers = Papers("notice")
    plain: Papers = Papers("plain")
    """The plain guide, which is no evidence: the notice is."""
    given: tuple[str, ...] = ()
    """The ways it was given so far, with these answers."""

    def page(self, known: Known) -> p.Page:
        answers = dict(self.answers)
        if self.at.startswith(ASKED):
            return self._asked(answers)
        match self.at:
            case "stop":
                return self._stopped(answers)
            case "code":
                return p.Page(
                    "notice.code",
                    p.word("notice.code"),
                    p.Read((p.QrCode(self._in_short(known), p.word("notice.code_how")),)),
                    why=p.word("notice.code_why"),
                    main=p.Action("sheet", p.word("notice.back_to_sheet"), "arrow-left"),
                )
            case "plain":
                return self._plain(answers, known)
            case "plain.paper":
                return paper_page(self.plain, "notice.plain_paper", p.Action("plain", p.word("notice.back_to_plain")))
            case "paper":
                return paper_page(self.papers, "notice.paper", p.Action("sheet", p.word("notice.back_to_sheet")))
            case _:
                return self._sheet(answers, known)

    def meet(self, event: Met, known: Known) -> Turn:
        answers = dict(self.answers)
        match event:
            case e.Chose(value) if self.at.startswith(ASKED):
                return self._answer(self.at.removeprefix(ASKED), value, known)
            case e.PaperMoved():
                plain = heard(self.plain, event, known)
                return stay(self, papers=heard(self.papers, event, known), plain=plain)
            case e.Acted("plain") if self.at == "sheet":
                return Turn(go(self, "plain"))
            case e.Acted("plain") if self.at == "plain.paper":
                return stay(self, at="plain", trail=("sheet",))
            case e.Acted("print" | "paper.reprint") if self.at in ("plain", "plain.paper") and known.papers:
                asked = ask(self.plain, "guide", plain_guide.paper(self.item, answers, known.language), known)
                return Turn(
                    msgspec.structs.replace(self, at="plain.paper", trail=(), plain=asked.papers), asked.effects
                )
            case e.Acted("print" | "paper.reprint") if self.at in ("sheet", "paper") and known.papers:
                return self._print(answers, known)
            case e.Acted("code") if self.at == "sheet":
                return self._give("qr", go(self, "code"), known)
            case e.Acted("sheet") if self.at in ("code", "paper", "plain"):
                return stay(self, at="sheet", trail=())
            case e.Acted("begin") if self.at == "sheet" and self.item.kind is ItemKind.GUIDE:
                return Turn(self, then=Then.BACK)
            case e.Acted("begin") if self.at == "sheet" and self.item.slug not in dict(known.closed):
                return Turn(self, then=Then.OPEN, about=f"item:{self.item.slug}")
            case e.Acted("again") if self.at in ("stop", "sheet"):
                return opened(known, self.item.slug)
            case e.WentBack():
                return back(self)
            case _:
                return Turn(self)

    # --- the questions ----------

    def _asked(self, answers: needs.Answers) -> p.Page:
        key = self.at.removeprefix(ASKED)
        situation = next(found for found in self.item.situations if found.key == key)
        chosen = answers.get(key)
        options = tuple(
            p.Option(answer.value, answer.label, answer.note, chosen=answer.value == chosen)
            for answer in situation.answers
        )
        return p.Page(f"notice.{self.at}", situation.question, p.Choose(options), why=situation.why)

    def _answer(self, key: str, value: str, known: Known) -> Turn:
        situation = next((found for found in self.item.situations if found.key == key), None)
        if situation is None or value not in {answer.value for answer in situation.answers}:
            return Turn(self)
        answers = {**dict(self.answers), key: value}
        told = msgspec.structs.replace(self, answers=tuple(answers.items()), given=(), papers=Papers("notice"))
        if needs.stopped(self.item, answers):
            return Turn(go(told, "stop"))
        following = needs.following(self.item, answers, key)
        if following is not None:
            return Turn(go(told, ASKED + following.key))
        return told.told(known)

    def told(self, known: Known) -> Turn:
        """All is answered: the sheet stands on the screen."""
        return self._give("screen", go(self, "sheet"), known)

    # --- the sheet ----------

    def _stopped(self, answers: needs.Answers) -> p.Page:
        stop = needs.stopped(self.item, answers)
        elsewhere = stop.stop if stop else {}
        return p.Page(
            "notice.stop",
            p.word("notice.stop"),
            p.Read(
                (
                    p.Line(elsewhere, p.Tone.ATTENTION),
                    p.Entry(p.word("notice.place"), self.item.place),
                    p.Entry(p.word("notice.phone"), self.item.consultation_phone),
                )
            ),
            why=p.word("notice.stop_why"),
            main=p.Action("again", p.word("notice.again"), "undo-2"),
        )

    def _sheet(self, answers: needs.Answers, known: Known) -> p.Page:
        closed = self.item.slug in dict(known.closed)
        off = p.word("query.no_paper")
        return p.Page(
            "notice.sheet",
            p.word("notice.title"),
            p.Read(tuple(self._blocks(answers))),
            why=p.word("notice.why"),
            main=None if closed else p.Action("begin", p.word(f"notice.begin.{self.item.kind.value}")),
            second=(
                p.Action("print", p.word("notice.print"), "printer", off="" if known.papers else off),
                p.Action("code", p.word("notice.take"), "qr-code"),
                p.Action("plain", p.word("notice.plain"), "lightbulb"),
            ),
            pace=p.Pace.WORK,
        )

    def _plain(self, answers: needs.Answers, known: Known) -> p.Page:
        off = "" if known.papers else p.word("query.no_paper")
        return p.Page(
            "notice.plain",
            self.item.title,
            p.Read(plain_guide.blocks(self.item, answers)),
            why=self.item.summary,
            main=p.Action("sheet", p.word("notice.back_to_sheet"), "arrow-left"),
            second=(p.Action("print", p.word("notice.plain_print"), "printer", off=off),),
            header=p.word("notice.plain"),
        )

    def _blocks(self, answers: needs.Answers) -> list[p.Block]:
        blocks: list[p.Block] = [p.Heading(p.word("notice.materials"))]
        for need in needs.materials(self.item, answers):
            note = p.Listed((_copies(need), need.material.note or "", _marks(need)), "clause")
            blocks.append(p.Bullet(need.material.name, note, "done" if need.by_card else "number"))
        if not needs.materials(self.item, answers):
            blocks.append(p.Line(p.word("notice.no_materials")))
        blocks += [p.Line(note.text, p.Tone.ATTENTION) for note in needs.notes(self.item, answers)]
        blocks.append(p.Heading(p.word("notice.conditions")))
        blocks += [p.Bullet(condition) for condition in self.item.conditions]
        blocks.append(p.Heading(p.word("notice.procedure")))
        blocks += [p.Bullet(part, mark="number") for part in self.item.procedure]
        blocks.append(p.Heading(p.word("notice.facts")))
        blocks += [p.Entry(label, value) for label, value in _facts(self.item)]
        blocks.append(p.Entry(p.word("notice.version"), edition(self.item)))
        blocks.append(p.Heading(p.word("notice.basis")))
        blocks += [p.Bullet(basis) for basis in self.item.basis]
        return blocks

    def text(self, known: Known) -> str:
        """The exact words of the notice, line by line: what the evidence holds."""
        lines = [said(known.language, self.item.title)]
        for situation, answer in needs.answered(self.item, dict(self.answers)):
            lines.append(f"{said(known.language, situation.question)} {said(known.language, answer.label)}")
        for block in self._blocks(dict(self.answers)):
            match block:
                case p.Heading(text) | p.Line(text):
                    lines.append(said(known.language, text))
                case p.Bullet(text, note) | p.Entry(text, note):
                    lines.append(": ".join(filter(None, (said(known.language, text), said(known.language, note)))))
                case _:
                    pass
        lines.append(f"v{self.item.version}")
        return "\n".join(lines)

    def _in_short(self, known: Known) -> str:
        """As much of it, in whole lines, as a QR code on the screen can hold."""
        kept, octets = [], 0
        for line in self.text(known).splitlines():
            octets += len(line.encode()) + 1
            if octets > MOST_BYTES:
                kept.append("…")
                break
            kept.append(line)
        return "\n".join(kept)

    # --- given ----------

    def _give(self, way: str, after: "Notice", known: Known) -> Turn:
        """The evidence, once for each way with the same answers."""
        if way in self.given:
            return Turn(after)
        text = self.text(known)
        digest = hashlib.sha256(text.encode()).hexdigest()
        holder = known.holder
        notice_id = known.id(f"notice/{self.item.slug}/{digest}/{way}")
        record = NoticeGiven(
            notice_id=notice_id,
            item=self.item.slug,
            item_version=self.item.version,
            sha256=digest,
            given=(way,),
            at="",
            language=known.language,
            masked_recipient=mask_name(holder.name or holder.latin_name) if holder else "",
            case_id=known.case_id,
            situations=dict(self.answers),
        )
        content = NoticeContent(text, holder.name if holder else "", holder.id_number if holder else "")
        given = msgspec.structs.replace(after, given=(*self.given, way))
        return Turn(given, (e.KeepRecord(known.visit, notice_id, record, content),))

    def _print(self, answers: needs.Answers, known: Known) -> Turn:
        asked = ask(self.papers, "notice", self._paper(answers, known), known)
        if not asked.effects:
            return Turn(self)
        at = self if self.at == "paper" else go(self, "paper")
        given = self._give("print", msgspec.structs.replace(at, papers=asked.papers), known)
        return Turn(given.service, (*asked.effects, *given.effects))

    def _paper(self, answers: needs.Answers, known: Known) -> NoticePaper:
        def told(what: p.Said) -> str:
            return said(known.language, what)

        return NoticePaper(
            item=told(self.item.title),
            item_code=self.item.implementation_code,
            situations=tuple(
                (told(situation.question), told(answer.label))
                for situation, answer in needs.answered(self.item, answers)
            ),
            conditions=tuple(told(condition) for condition in self.item.conditions),
            materials=tuple(
                NoticeMaterial(
                    name=told(need.material.name),
                    need=told(_copies(need)),
                    note=told(p.Listed((need.material.note or "", _marks(need)), "clause")),
                    tolerable=need.later,
                )
                for need in needs.materials(self.item, answers)
            ),
            steps=tuple(told(part) for part in self.item.procedure),
            facts=tuple((told(label), told(value)) for label, value in _facts(self.item)),
            notes=tuple(told(note.text) for note in needs.notes(self.item, answers)),
            version=told(edition(self.item)),
            given_to=mask_name(known.holder.name or known.holder.latin_name) if known.holder else "",
        )


def _copies(need: needs.Need) -> p.Said:
    material = need.material
    originals = p.word("notice.originals", count=str(material.originals)) if material.originals else ""
    copies = p.word("notice.copies", count=str(material.copies)) if material.copies else ""
    return p.Listed((originals, copies), "list")


def _marks(need: needs.Need) -> p.Said:
    if need.by_card:
        return p.word("notice.by_card")
    if need.later:
        return p.word("notice.later")
    return "" if need.material.required else p.word("notice.only_if")


def _facts(item: Item) -> tuple[tuple[p.Said, p.Said], ...]:
    return (
        (p.word("notice.limit"), limit(item.promised_limit)),
        (p.word("notice.fee"), item.fee),
        (p.word("notice.result"), item.result),
        (p.word("notice.hours"), item.opening_hours),
        (p.word("notice.place"), p.Listed((item.place, item.window), "clause")),
        (p.word("notice.phone"), item.consultation_phone),
        (p.word("notice.supervision"), item.supervision_phone),
    )


def opened(known: Known, slug: str) -> Turn:
    """The first question; the sheet at once where nothing is asked."""
    item = known.find(slug)
    if item is None:
        message = f"a notice was opened for item {slug!r}, which this terminal does not have"
        raise LookupError(message)
    first = needs.following(item, {}, "")
    notice = Notice(ASKED + first.key if first else "sheet", item=item)
    if first is not None:
        return Turn(notice)
    return notice._give("screen", notice, known)
