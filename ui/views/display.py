"""The sheet 显示与声音: how the screen looks, one row a choice. Pure."""

import msgspec

from kiosk import words
from kiosk.journey.display import SIZES, Contrast
from kiosk.voice.speech import SPEEDS
from ui.views.scene import Scene


class ChoiceView(msgspec.Struct, frozen=True):
    """One choice of a row. `sample` says how it draws itself: `size.3`, `contrast.dark`, or nothing."""

    value: str
    label: str
    chosen: bool
    sample: str = ""


class RowView(msgspec.Struct, frozen=True):
    """What is chosen, and between what."""

    key: str
    label: str
    choices: tuple[ChoiceView, ...]


class DisplayView(msgspec.Struct, frozen=True):
    """Everything that can be set for this visit; what is chosen is seen at once."""

    title: str
    why: str
    rows: tuple[RowView, ...]
    back: str


def display_view(scene: Scene) -> DisplayView:
    """The rows, the one that helps most people first."""
    j, say = scene.journey, scene.say
    rows = (
        _switch(scene, "elder", on=j.display.elder),
        RowView(
            "size",
            say("display.size"),
            tuple(
                ChoiceView(str(size), say(f"display.size_{size}"), size == j.display.size, f"size.{size}")
                for size in SIZES
            ),
        ),
        RowView(
            "contrast",
            say("display.contrast"),
            tuple(
                ChoiceView(kind, say(f"display.contrast_{kind}"), kind is j.display.contrast, f"contrast.{kind}")
                for kind in Contrast
            ),
        ),
        _switch(scene, "low", on=j.display.low),
        RowView(
            "voice",
            say("voice.row"),
            (
                ChoiceView("on", say("display.low_on"), j.voice),
                ChoiceView("off", say("display.low_off"), not j.voice),
            ),
        ),
        RowView(
            "speed",
            say("voice.row_speed"),
            tuple(ChoiceView(str(speed), say(f"voice.speed_{speed}"), speed == j.speed) for speed in SPEEDS),
        ),
        RowView(
            "language",
            say("display.language"),
            tuple(ChoiceView(tag, words.say(tag, "language.name"), tag == j.language) for tag in scene.site.languages),
        ),
    )
    return DisplayView(say("display.title"), say("display.why"), rows, say("display.back"))


def _switch(scene: Scene, key: str, *, on: bool) -> RowView:
    """Two choices rather than a switch: which of them holds is said in words."""
    choices = (
        ChoiceView("on", scene.say(f"display.{key}_on"), on),
        ChoiceView("off", scene.say(f"display.{key}_off"), not on),
    )
    return RowView(key, scene.say(f"display.{key}"), choices)
