// The thing to do next. Switched off it stays readable; the page says why.
import QtQuick
import Suiban

Touchable {
    id: button

    property string icon: "arrow-right"
    property bool light: false
    property bool iconFirst: false
    readonly property color ground: light ? Theme.bandChosen : Theme.primary

    rank: 1
    implicitHeight: Math.max(Theme.mainButton, words.implicitHeight + Theme.gap)

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: !button.enabled ? Theme.offTint : button.pressed ? (button.light ? Theme.tintPressed : Theme.pressed) : button.ground
        border.width: button.enabled ? 0 : Theme.line
        border.color: Theme.edge
    }

    Row {
        anchors.centerIn: parent
        spacing: Theme.gap
        layoutDirection: button.iconFirst ? Qt.RightToLeft : Qt.LeftToRight

        Words {
            id: words

            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, button.width - 2 * Theme.gap - (mark.visible ? mark.width + Theme.gap : 0))
            color: !button.enabled ? Theme.off : button.light ? Theme.bandChosenInk : Theme.chalk
            font.pixelSize: Theme.tile
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            text: button.label
        }

        Icon {
            id: mark

            anchors.verticalCenter: parent.verticalCenter
            width: Theme.icon
            height: Theme.icon
            visible: button.enabled && button.icon !== ""
            name: button.icon
            tint: button.light ? "onlight" : "white"
        }
    }
}
