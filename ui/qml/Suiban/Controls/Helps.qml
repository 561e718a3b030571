// How the screen looks, a person, and the report that something does not work: the same three on every page.
import QtQuick
import Suiban

Item {
    id: helps

    required property FrameViewModel frame
    readonly property real part: Math.floor((width - 2 * Theme.gap) / 3)

    implicitHeight: Math.max(display.implicitHeight, person.implicitHeight, difficulty.implicitHeight)

    HelpTile {
        id: display

        objectName: "display"
        width: helps.part
        height: parent.height
        icon: "accessibility"
        label: helps.frame.display
        onTapped: helps.frame.openDisplay()
    }

    HelpTile {
        id: person

        objectName: "help"
        x: helps.part + Theme.gap
        width: helps.part
        height: parent.height
        icon: "phone"
        label: helps.frame.help
        onTapped: helps.frame.openHelp()
    }

    HelpTile {
        id: difficulty

        objectName: "difficulty"
        x: 2 * (helps.part + Theme.gap)
        width: helps.part
        height: parent.height
        icon: "circle-help"
        label: helps.frame.difficulty
        onTapped: helps.frame.openDifficulty()
    }
}
