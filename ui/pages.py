"""One view-model a page, and which view belongs to which page."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar, assert_never

from PySide6.QtCore import QObject

from kiosk.events import Touch
from kiosk.journey import Overlay, Screen
from kiosk.search import Index
from ui.viewmodels.arrival import AttractViewModel, BrowseViewModel, HomeViewModel, ItemViewModel
from ui.viewmodels.filing import CardViewModel, FormViewModel, PersonViewModel, ReviewViewModel, SavingViewModel
from ui.viewmodels.frame import FrameViewModel, PulseViewModel
from ui.viewmodels.outcome import FarewellViewModel, RatingViewModel, ResultViewModel, TakeCardViewModel
from ui.viewmodels.overlays import DifficultyViewModel, HelpViewModel
from ui.views.arrival import attract_view, browse_view, home_view
from ui.views.filing import card_view, form_view, person_view, review_view, saving_view
from ui.views.frame import frame_view, pulse_view
from ui.views.guide import item_view
from ui.views.outcome import farewell_view, rating_view, result_view, take_card_view
from ui.views.overlays import difficulty_view, help_view
from ui.views.scene import Scene

View = TypeVar("View", contravariant=True)


class _Shows(Protocol[View]):
    def show(self, view: View) -> None: ...


class Pages:
    """Every page of the terminal. QML sees the view-models by the names of `by_name`."""

    def __init__(self, send: Callable[[Touch], None]) -> None:
        self._frame = FrameViewModel(send)
        self._pulse = PulseViewModel(send)
        self._attract = AttractViewModel(send)
        self._home = HomeViewModel(send)
        self._browse = BrowseViewModel(send)
        self._guide = ItemViewModel(send)
        self._card = CardViewModel(send)
        self._person = PersonViewModel(send)
        self._form = FormViewModel(send)
        self._review = ReviewViewModel(send)
        self._saving = SavingViewModel(send)
        self._result = ResultViewModel(send)
        self._rating = RatingViewModel(send)
        self._farewell = FarewellViewModel(send)
        self._take_card = TakeCardViewModel(send)
        self._help = HelpViewModel(send)
        self._difficulty = DifficultyViewModel(send)

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
            "form": self._form,
            "review": self._review,
            "saving": self._saving,
            "result": self._result,
            "rating": self._rating,
            "farewell": self._farewell,
            "takeCard": self._take_card,
            "help": self._help,
            "difficulty": self._difficulty,
        }

    def show(self, scene: Scene, index: Callable[[], Index]) -> None:
        """Give the current page its view, and after it the frame, which moves QML to that page."""
        self._show_page(scene, index)
        if scene.journey.overlay is Overlay.HELP:
            self._help.show(help_view(scene))
        elif scene.journey.overlay is not Overlay.NONE:
            self._difficulty.show(difficulty_view(scene))
        self._pulse.show(pulse_view(scene))
        self._frame.show(frame_view(scene))

    def _show_page(self, scene: Scene, index: Callable[[], Index]) -> None:
        match scene.journey.screen:
            case Screen.ATTRACT:
                self._attract.show(attract_view(scene))
            case Screen.HOME:
                self._home.show(home_view(scene))
            case Screen.BROWSE:
                self._browse.show(browse_view(scene, index()))
            case Screen.ITEM:
                _show(self._guide, item_view(scene))
            case Screen.CARD:
                self._card.show(card_view(scene))
            case Screen.PERSON:
                self._person.show(person_view(scene))
            case Screen.FORM:
                _show(self._form, form_view(scene))
            case Screen.REVIEW:
                self._review.show(review_view(scene))
            case Screen.SAVING:
                self._saving.show(saving_view(scene))
            case Screen.RESULT:
                _show(self._result, result_view(scene))
            case Screen.RATING:
                self._rating.show(rating_view(scene))
            case Screen.FAREWELL:
                self._farewell.show(farewell_view(scene))
            case Screen.TAKE_CARD:
                self._take_card.show(take_card_view(scene))
            case Screen.ENDED:
                pass
            case _:
                assert_never(scene.journey.screen)


def _show(page: _Shows[View], view: View | None) -> None:
    if view is not None:
        page.show(view)
