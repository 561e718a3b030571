"""A service that asks for one thing with one pad, for tests of the pads."""

from dataclasses import replace

from kiosk.journey import events as e
from kiosk.journey.display import USUAL, Display
from kiosk.journey.page import Action, Enter, Pad, Page
from kiosk.journey.progress import Journey, Screen
from kiosk.journey.service import Known, Met, Service, Turn, stay
from tests.screens.album import after, fresh


class Asking(Service, frozen=True):
    """Keeps what is typed, as every service's form does."""

    pad: Pad = Pad.NAME
    typed: str = ""
    personal: bool = False
    skips: bool = False

    def page(self, known: Known) -> Page:  # noqa: ARG002  # every service is told
        """The one page."""
        body = Enter(self.pad, self.typed, example="张三" if self.pad is Pad.NAME else "123")
        title = {"zh-Hans": "请填写", "en": "Please fill in"}
        second = (Action("skip", title),) if self.skips else ()
        return Page("asking", title, body, why=title, main=Action("next", title), second=second, personal=self.personal)

    def meet(self, event: Met, known: Known) -> Turn:  # noqa: ARG002  # every service is told
        """Typing, erasing."""
        match event:
            case e.KeyPressed(key):
                return stay(self, typed=self.typed + key)
            case e.Erased():
                return stay(self, typed=self.typed[:-1])
            case e.Cleared():
                return stay(self, typed="")
            case _:
                return Turn(self)


def asked(
    pad: Pad, language: str = "zh-Hans", display: Display = USUAL, typed: str = "", *, skips: bool = False
) -> Journey:
    """A visit in which `pad` is asked for; `skips`: there is a second button."""
    started = after(fresh(language, display=display), e.Started())
    return replace(started, screen=Screen.SERVICE, service=Asking("ask", pad=pad, typed=typed, skips=skips))
