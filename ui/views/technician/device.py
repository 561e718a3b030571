"""One device: its state, its setup, its checks, its recorder, its care. Pure."""

from collections.abc import Callable, Mapping
from typing import Final

from kiosk.technician import events as e
from kiosk.technician.address import DEFAULT_BAUD, Address, parse
from kiosk.technician.controls import current, stepped
from kiosk.technician.values import (
    BAUDS,
    FLOWS,
    Care,
    Checked,
    Control,
    ControlForm,
    Presence,
    Seen,
    Setup,
    Tab,
)
from ui.views.technician.overview import state_word, tone_of
from ui.views.technician.sheet import Look, Part, Row, Sheet, SheetView

_VERDICTS: Final = {True: "good", False: "wrong", None: "attention"}


def device_view(look: Look) -> SheetView:
    """The tab that is chosen."""
    s, say = look.session, look.say
    seen = s.seen.get(s.name, Seen())
    sheet = Sheet(look, look.kind(s.name), s.draft.devices[s.name].port)
    sheet.tabs(
        tuple(
            (Part(f"tab.{tab.value}", say(f"technician.tab.{tab.value}"), chosen=tab is s.tab), e.TabChosen(tab))
            for tab in Tab
        )
    )
    _TABS[s.tab](look, sheet, seen)
    if s.dirty:
        sheet.main(Part("main", say("technician.save"), "save", able=s.work is None), e.SaveAsked())
    return sheet.view()


def _state(look: Look, sheet: Sheet, seen: Seen) -> None:
    say = look.say
    sheet.fact(say("technician.device.state"), state_word(look, seen), tone_of(seen))
    if seen.what:
        sheet.fact(say("technician.device.what"), look.text(seen.what), tone_of(seen))
        sheet.fact(say("technician.device.advice"), look.text(seen.advice))
    if seen.parts and seen.presence is not Presence.LOST:
        sheet.heading(say("technician.device.says"))
        for part, value in seen.parts:
            sheet.fact(look.part(part), look.word(value))
    name = look.session.name
    free = look.session.work is None
    sheet.parts(
        "buttons",
        "",
        (
            (Part("find", say("technician.find.this"), "search", able=free), e.FindAsked(name)),
            (Part("remove", say("technician.device.remove"), "trash-2", able=free), e.DeviceRemoved(name)),
        ),
    )


def _setup(look: Look, sheet: Sheet, _: Seen) -> None:
    s, say = look.session, look.say
    kind, setup = s.kind(s.name), s.draft.devices[s.name]
    address = parse(setup.port)
    if kind is not None and len(s.schemes(s.name)) > 1:
        choices = tuple(
            (
                Part(f"scheme.{scheme}", look.word(scheme), chosen=scheme == address.scheme),
                e.AddressSet(Address(scheme, "" if scheme != address.scheme else address.target).text()),
            )
            for scheme in s.schemes(s.name)
        )
        sheet.parts("choice", say("technician.setup.scheme"), choices)
    sheet.fact(say("technician.setup.target"), address.target or say("technician.setup.nothing"))
    free = s.work is None
    sheet.parts(
        "buttons",
        "",
        (
            (Part("find", say("technician.find.this"), "search", able=free), e.FindAsked(s.name)),
            (Part("type.target", say("technician.setup.type"), "wrench"), e.TypingAsked("target", address.target)),
        ),
    )
    if address.scheme == "serial":
        _line(look, sheet, address)
    if kind is not None and kind.controls:
        sheet.heading(say("technician.setup.options"))
        for control in kind.controls:
            _FORMS[control.form](look, sheet, control, setup)


def _line(look: Look, sheet: Sheet, address: Address) -> None:
    for name, default, values in (("baud", DEFAULT_BAUD, BAUDS), ("flow", "none", FLOWS)):
        now = address.choice(name, default)
        sheet.parts(
            "choice",
            look.say(f"technician.setup.{name}"),
            tuple(
                (
                    Part(f"{name}.{value}", look.word(value), chosen=value == now),
                    e.AddressSet(address.choosing(name, value).text()),
                )
                for value in values
            ),
        )


def _switch(look: Look, sheet: Sheet, control: Control, setup: Setup) -> None:
    on = bool(current(control, setup.options))
    row = Row("switch", f"option.{control.name}", _label(look, control), _why(look, control), on=on)
    sheet.row(row, e.OptionSet(control.name, not on))


def _number(look: Look, sheet: Sheet, control: Control, setup: Setup) -> None:
    now = current(control, setup.options)
    less, more = (stepped(control, now, way) for way in (-1, 1))
    shown = f"{now:g}" if isinstance(now, (int, float)) else look.say("technician.default")
    row = Row("stepper", f"option.{control.name}", _label(look, control), _why(look, control), shown)
    sheet.stepper(
        row,
        e.OptionSet(control.name, less) if less != now and (control.least is not None or less >= 0) else None,
        e.OptionSet(control.name, more) if more != now else None,
    )


def _choice(look: Look, sheet: Sheet, control: Control, setup: Setup) -> None:
    now = str(current(control, setup.options))
    sheet.parts(
        "choice",
        _label(look, control),
        tuple(
            (
                Part(f"option.{control.name}.{value}", look.word(value), chosen=value == now),
                e.OptionSet(control.name, value),
            )
            for value in control.choices
        ),
        _why(look, control),
    )


def _text(look: Look, sheet: Sheet, control: Control, setup: Setup) -> None:
    now = current(control, setup.options)
    said = "" if now is None else str(now)
    row = Row("go", f"option.{control.name}", _label(look, control), said or look.say("technician.default"))
    sheet.row(row, e.TypingAsked(f"option:{control.name}", said))


def _label(look: Look, control: Control) -> str:
    return look.option(look.session.name, control.name)


def _why(look: Look, control: Control) -> str:
    return look.may_say(f"technician.option_why.{control.name}", "")


def _checks(look: Look, sheet: Sheet, _: Seen) -> None:
    s, say = look.session, look.say
    kind = s.kind(s.name)
    last = {checked.level: checked for checked in s.checks.get(s.name, ())}
    for level in kind.levels if kind else ():
        sheet.heading(say(f"technician.level.{level}"))
        sheet.words(say(f"technician.level_why.{level}"))
        if level in last:
            _checked(look, sheet, last[level])
        button = Part(f"check.{level}", say(f"technician.level_do.{level}"), "activity", able=s.work is None)
        sheet.parts("buttons", "", ((button, e.CheckAsked(level)),))
    if kind is not None and kind.commissions:
        _commission(look, sheet)


def _commission(look: Look, sheet: Sheet) -> None:
    say = look.say
    sheet.heading(say("technician.commission.title"))
    sheet.words(say("technician.commission.lead"))
    button = Part("commission", say("technician.commission.begin"), "wrench", able=look.session.work is None)
    sheet.parts("buttons", "", ((button, e.CommissionAsked()),))


def _checked(look: Look, sheet: Sheet, checked: Checked) -> None:
    said = look.say(f"technician.verdict.{_VERDICTS[checked.ok]}")
    when = look.say("technician.verdict_at", verdict=said, at=checked.at, seconds=f"{checked.seconds:g}")
    sheet.fact(look.say("technician.result"), when, _VERDICTS[checked.ok])
    if checked.what:
        sheet.fact(look.say("technician.device.what"), look.text(checked.what), "wrong")
        sheet.fact(look.say("technician.device.advice"), look.text(checked.advice))
    for finding in checked.findings:
        sheet.fact(look.part(finding.name), look.word(finding.found), _VERDICTS[finding.ok])


def _frames(look: Look, sheet: Sheet, _: Seen) -> None:
    sheet.words(look.say("technician.frames.lead"))
    if not look.session.frames:
        sheet.words(look.say("technician.frames.none"), "attention")
    for frame in look.session.frames:
        way = look.say(f"technician.direction.{frame.direction}")
        note = look.say("technician.frames.length", count=frame.length)
        sheet.row(Row("frame", title=frame.at, value=way, note=frame.shown or note, tone=frame.direction))


def _care(look: Look, sheet: Sheet, _: Seen) -> None:
    s, say = look.session, look.say
    care = s.care.get(s.name, Care())
    for due in care.due:
        sheet.words(say("technician.care.due", what=look.part(due)), "attention")
    for label, value in (("refilled", care.refilled_at), ("replaced", care.replaced_at), ("serial", care.serial)):
        sheet.fact(say(f"technician.care.{label}_at"), value or say("technician.care.never"))
    for title, counted in (("since_refill", care.since_refill), ("totals", care.totals)):
        if counted:
            sheet.heading(say(f"technician.care.{title}"))
            for name, amount in counted:
                sheet.fact(look.part(name), f"{amount:,.0f}")
    free = s.work is None
    sheet.parts(
        "buttons",
        "",
        (
            (Part("refill", say("technician.care.refill"), "package", able=free), e.RefillNoted(s.name)),
            (
                Part("replace", say("technician.care.replace"), "wrench", able=free),
                e.TypingAsked("serial", care.serial),
            ),
        ),
    )


_TABS: Final[Mapping[Tab, Callable[[Look, Sheet, Seen], None]]] = {
    Tab.STATE: _state,
    Tab.SETUP: _setup,
    Tab.CHECKS: _checks,
    Tab.FRAMES: _frames,
    Tab.CARE: _care,
}
_FORMS: Final[Mapping[ControlForm, Callable[[Look, Sheet, Control, Setup], None]]] = {
    ControlForm.SWITCH: _switch,
    ControlForm.NUMBER: _number,
    ControlForm.CHOICE: _choice,
    ControlForm.TEXT: _text,
}
