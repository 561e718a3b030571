"""One view-model a page, and which view belongs to which page."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from kiosk.journey.events import Touch
from kiosk.journey.search import Index
from kiosk.journey.step import Overlay, Screen
from ui.viewmodels.arrival import AttractViewModel, BrowseViewModel, HomeViewModel, ItemViewModel
from ui.viewmodels.display import DisplayViewModel
from ui.viewmodels.filing import CardViewModel, PersonViewModel, SavingViewModel
from ui.viewmodels.frame import FrameViewModel, PulseViewModel
from ui.viewmodels.input import InputViewModel
from ui.viewmodels.outcome import FarewellViewModel, RatingViewModel, ResultViewModel, TakeCardViewModel
from ui.viewmodels.overlays import DifficultyViewModel, HelpViewModel
from ui.viewmodels.page import PageViewModel
from ui.views.arrival import attract_view, browse_view, home_view
from ui.views.display import display_view
from ui.views.filing import card_view, person_view, saving_view
from ui.views.frame import frame_view, pulse_view
from ui.views.guide import item_view
from ui.views.outcome import farewell_view, rating_view, result_view, take_card_view
from ui.views.overlays import difficulty_view, help_view
from ui.views.page import page_view
from ui.views.scene import Scene

MADE_IN_QML = (InputViewModel,)
"""View-models that a page makes itself and that go with it; to be imported is all they need."""


class Pages:
    """Every page of the terminal. QML sees the view-models by the names of `by_name`."""

    def __init__(self, send: Callable[[Touch], None], index: Callable[[], Index]) -> None:
        self._shows = self._by_screen(index)
        self._frame = FrameViewModel(send)
        self._pulse = PulseViewModel(send)
        self._attract = AttractViewModel(send)
        self._home = HomeViewModel(send)
        self._browse = BrowseViewModel(send)
        self._guide = ItemViewModel(send)
        self._card = CardViewModel(send)
        self._person = PersonViewModel(send)
        self._service = PageViewModel(send)
        self._saving = SavingViewModel(send)
        self._result = ResultViewModel(send)
        self._rating = RatingViewModel(send)
        self._farewell = FarewellViewModel(send)
        self._take_card = TakeCardViewModel(send)
        self._help = HelpViewModel(send)
        self._difficulty = DifficultyViewModel(send)
        self._display = DisplayViewModel(send)

    def by_name(self) -> Mapping[str, QObject]:
        """The required properties of Main.qml."""
        return {
            "frame": self._frame,
            "pulse": self._pulse,
            "attract": self._attract,
            "home": self._home,
            "browse": self._browse,
            "guide": self._guide,
            "card": self._card,
            "person": self._person,
            "service": self._service,
            "saving": self._saving,
            "result": self._result,
            "rating": self._rating,
            "farewell": self._farewell,
            "takeCard": self._take_card,
            "help": self._help,
            "difficulty": self._difficulty,
            "display": self._display,
        }

    def show(self, scene: Scene) -> None:
        """Give the current page its view, and after it the frame, which moves QML to that page."""
        if show_page := self._shows.get(scene.journey.screen):
            show_page(scene)
        if scene.journey.overlay is Overlay.HELP:
            self._help.show(help_view(scene))
        elif scene.journey.overlay is Overlay.DISPLAY:
            self._display.show(display_view(scene))
        elif scene.journey.overlay is not Overlay.NONE:
            self._difficulty.show(difficulty_view(scene))
        self._pulse.show(pulse_view(scene))
        self._frame.show(frame_view(scene))

    def _by_screen(self, index: Callable[[], Index]) -> Mapping[Screen, Callable[[Scene], None]]:
        return {
            Screen.ATTRACT: lambda scene: self._attract.show(attract_view(scene)),
            Screen.HOME: lambda scene: self._home.show(home_view(scene)),
            Screen.BROWSE: lambda scene: self._browse.show(browse_view(scene, index())),
            Screen.ITEM: lambda scene: self._guide.show(item_view(scene)),
            Screen.CARD: lambda scene: self._card.show(card_view(scene)),
            Screen.PERSON: lambda scene: self._person.show(person_view(scene)),
            Screen.SERVICE: lambda scene: self._service.show(page_view(scene)),
            Screen.SAVING: lambda scene: self._saving.show(saving_view(scene)),
            Screen.RESULT: lambda scene: self._result.show(result_view(scene)),
            Screen.RATING: lambda scene: self._rating.show(rating_view(scene)),
            Screen.FAREWELL: lambda scene: self._farewell.show(farewell_view(scene)),
            Screen.TAKE_CARD: lambda scene: self._take_card.show(take_card_view(scene)),
        }
