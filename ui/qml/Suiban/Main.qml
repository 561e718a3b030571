// The list of every screen. One slot is filled at a time.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Window {
    id: window

    required property real pxPerMm
    required property real bottomMm
    required property bool still
    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property AttractViewModel attract
    required property HomeViewModel home
    required property BrowseViewModel browse
    required property ItemViewModel guide
    required property CardViewModel card
    required property PersonViewModel person
    required property PageViewModel service
    required property SavingViewModel saving
    required property ResultViewModel result
    required property RatingViewModel rating
    required property FarewellViewModel farewell
    required property TakeCardViewModel takeCard
    required property HelpViewModel help
    required property DifficultyViewModel difficulty
    required property DisplayViewModel display
    required property CaptionViewModel caption
    required property FocusViewModel keysAt

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

    // A page needs this much glass, even where less of it is within reach.
    readonly property real leastMm: 160

    color: Theme.page

    Binding {
        target: Theme
        property: "pxPerMm"
        value: window.pxPerMm
    }

    Binding {
        target: Theme
        property: "wide"
        value: window.width > window.height - Theme.above - Theme.below
    }

    Binding {
        target: Theme
        property: "family"
        value: window.frame.family
    }

    Binding {
        target: Theme
        property: "mirrored"
        value: window.frame.mirrored
    }

    Binding {
        target: Theme
        property: "size"
        value: window.frame.size
    }

    Binding {
        target: Theme
        property: "contrast"
        value: window.frame.contrast
    }

    Binding {
        target: Theme
        property: "elder"
        value: window.frame.elder
    }

    // Low layout: the page stands between 380 and 1,220 mm above the floor, as far as the glass does.
    Binding {
        target: Theme
        property: "above"
        value: Math.max(window.frame.walking !== "" ? walk.implicitHeight + Theme.mm(4) : 0, window.frame.low ? Math.max(0, Math.min(window.height - Theme.mm(window.leastMm), window.height - Theme.mm(1220 - window.bottomMm))) : 0)
    }

    Binding {
        target: Theme
        property: "below"
        value: Math.max(window.frame.low ? Theme.mm(380 - window.bottomMm) : 0, window.caption.kept ? captions.height : 0)
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

    Rectangle {
        width: parent.width
        height: Theme.above
        visible: height > 0
        color: Theme.band

        Words {
            x: Theme.margin
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - 2 * x
            visible: implicitHeight < parent.height && window.frame.walking === ""
            color: Theme.bandQuiet
            horizontalAlignment: Text.AlignHCenter
            text: window.frame.hall
        }
    }

    Veil {
        anchors.fill: parent
        anchors.topMargin: Theme.above
        anchors.bottomMargin: Theme.below
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

    Overlay {
        page: "display"
        file: "DisplaySheet"
        view: window.display
    }

    Loader {
        anchors.fill: parent
        anchors.topMargin: Theme.above
        anchors.bottomMargin: Theme.below
        active: window.pulse.counting
        sourceComponent: Countdown {
            pulse: window.pulse
        }
    }

    Rectangle {
        width: parent.width
        height: Theme.above
        visible: window.frame.walking !== ""
        color: Theme.attentionTint

        Words {
            id: walk

            x: Theme.margin
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - 2 * x
            color: Theme.attention
            font.pixelSize: Theme.small
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            text: window.frame.walking
        }
    }

    Caption {
        id: captions

        y: parent.height - height
        width: parent.width
        height: implicitHeight
        caption: window.caption
    }

    FocusFrame {
        at: window.keysAt
    }
}
