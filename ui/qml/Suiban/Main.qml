// The list of every screen. One slot is filled at a time.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Window {
    id: window

    required property real pxPerMm
    required property bool still
    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property AttractViewModel attract
    required property HomeViewModel home
    required property BrowseViewModel browse
    required property ItemViewModel guide
    required property CardViewModel card
    required property PersonViewModel person
    required property FormViewModel form
    required property ReviewViewModel review
    required property PageViewModel service
    required property SavingViewModel saving
    required property ResultViewModel result
    required property RatingViewModel rating
    required property FarewellViewModel farewell
    required property TakeCardViewModel takeCard
    required property HelpViewModel help
    required property DifficultyViewModel difficulty

    component Page: Slot {
        shown: window.frame.screen
        frame: window.frame
        pulse: window.pulse
    }
    component Overlay: Slot {
        shown: window.frame.overlay
        frame: window.frame
        pulse: window.pulse
    }

    color: Theme.page

    Binding {
        target: Theme
        property: "pxPerMm"
        value: window.pxPerMm
    }

    Binding {
        target: Theme
        property: "wide"
        value: window.width > window.height
    }

    Binding {
        target: Theme
        property: "textScale"
        value: !window.frame.large ? 1 : Theme.wide ? 1.2 : 1.3
    }

    Binding {
        target: Theme
        property: "still"
        value: window.still
    }

    MouseArea {
        anchors.fill: parent
        onPressed: window.frame.touched()
    }

    Page {
        page: "attract"
        file: "AttractScreen"
        view: window.attract
    }

    Page {
        page: "home"
        file: "HomeScreen"
        view: window.home
    }

    Page {
        page: "browse"
        file: "BrowseScreen"
        view: window.browse
    }

    Page {
        page: "item"
        file: "ItemScreen"
        view: window.guide
    }

    Page {
        page: "card"
        file: "CardScreen"
        view: window.card
    }

    Page {
        page: "person"
        file: "PersonScreen"
        view: window.person
    }

    Page {
        page: "form"
        file: "FormScreen"
        view: window.form
    }

    Page {
        page: "review"
        file: "ReviewScreen"
        view: window.review
    }

    Page {
        page: "service"
        file: "ServiceScreen"
        view: window.service
    }

    Page {
        page: "saving"
        file: "SavingScreen"
        view: window.saving
    }

    Page {
        page: "result"
        file: "ResultScreen"
        view: window.result
    }

    Page {
        page: "rating"
        file: "RatingScreen"
        view: window.rating
    }

    Page {
        page: "farewell"
        file: "FarewellScreen"
        view: window.farewell
    }

    Page {
        page: "take_card"
        file: "TakeCardScreen"
        view: window.takeCard
    }

    Veil {
        anchors.fill: parent
        visible: window.frame.hidden
        frame: window.frame
    }

    Overlay {
        page: "help"
        file: "HelpSheet"
        view: window.help
    }

    Overlay {
        page: "difficulty"
        file: "DifficultySheet"
        view: window.difficulty
    }

    Overlay {
        page: "difficulty_sent"
        file: "DifficultySheet"
        view: window.difficulty
    }

    Loader {
        anchors.fill: parent
        active: window.pulse.counting
        sourceComponent: Countdown {
            pulse: window.pulse
        }
    }
}
