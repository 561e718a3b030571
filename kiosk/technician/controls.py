"""What a kind's options struct lets a technician set, as controls. Pure: types in, values out."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import inspect

from kiosk.technician.values import Control, ControlForm

_FORMS: Final = {
    inspect.BoolType: ControlForm.SWITCH,
    inspect.IntType: ControlForm.NUMBER,
    inspect.FloatType: ControlForm.NUMBER,
    inspect.StrType: ControlForm.TEXT,
    inspect.LiteralType: ControlForm.CHOICE,
    inspect.EnumType: ControlForm.CHOICE,
}


def controls(options: type[msgspec.Struct]) -> tuple[Control, ...]:
    """One control for each option that can be set by touch; lists and tables stay with the file."""
    found = inspect.type_info(options)
    if not isinstance(found, inspect.StructType):
        return ()
    return tuple(control for field in found.fields if (control := _control(field)) is not None)


def _control(field: inspect.Field) -> Control | None:
    kind = _plain(field.type)
    form = _FORMS.get(type(kind))
    if form is None:
        return None
    default = None if field.default is msgspec.NODEFAULT else msgspec.to_builtins(field.default)
    return Control(
        name=field.encode_name,
        form=form,
        default=default,
        choices=_choices(kind),
        least=getattr(kind, "ge", None),
        most=getattr(kind, "le", None),
        whole=not isinstance(kind, inspect.FloatType),
    )


def _plain(kind: inspect.Type) -> inspect.Type:
    """The type without its annotations, and without "or none"."""
    if isinstance(kind, inspect.Metadata):
        return _plain(kind.type)
    if isinstance(kind, inspect.UnionType):
        rest = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
        return _plain(rest[0]) if len(rest) == 1 else kind
    return kind


def _choices(kind: inspect.Type) -> tuple[str, ...]:
    if isinstance(kind, inspect.LiteralType):
        return tuple(str(value) for value in kind.values)
    if isinstance(kind, inspect.EnumType):
        return tuple(str(member.value) for member in kind.cls)
    return ()


def current(control: Control, options: Mapping[str, object]) -> object:
    """What an option is set to, by the settings or by its default."""
    return options.get(control.name, control.default)


def stepped(control: Control, value: object, direction: int) -> float | int:
    """The next value of a number: by one; small fractions by a tenth; large numbers by a tenth of their size."""
    now = float(value) if isinstance(value, (int, float)) else (control.least or 0.0)
    size = abs(now)
    step = 1.0 if control.whole or size >= 2 else 0.1
    if control.whole and size >= 100:
        step = 10.0 ** (len(str(int(size))) - 2)
    wanted = round(now + direction * step, 3)
    if control.least is not None:
        wanted = max(control.least, wanted)
    if control.most is not None:
        wanted = min(control.most, wanted)
    return int(wanted) if control.whole else wanted


def setting(control: Control, options: Mapping[str, object], value: object) -> dict[str, object]:
    """The options with one changed; what equals its default is not written down."""
    rest = {name: said for name, said in options.items() if name != control.name}
    return rest if value == control.default else {**rest, control.name: value}
