// A small choice in the header: a language, or the way out.
import QtQuick
import Suiban

Touchable {
    id: chip

    property string icon
    property bool chosen: false
    property bool night: false

    rank: 4
    implicitWidth: content.implicitWidth + 2 * Theme.mm(5)
    implicitHeight: Math.max(Theme.chip, content.implicitHeight + Theme.mm(3))

    Rectangle {
        anchors.fill: parent
        radius: height / 2
        color: chip.chosen ? Theme.bandChosen : chip.pressed ? Theme.bandPressed : "transparent"
        border.width: Theme.line
        border.color: chip.night ? Theme.nightQuiet : Theme.bandInk
    }

    Row {
        id: content

        anchors.centerIn: parent
        spacing: Theme.mm(2)

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.mm(6)
            height: width
            visible: chip.icon !== ""
            name: chip.icon
            tint: chip.night ? "night" : "band"
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            color: chip.chosen ? Theme.bandChosenInk : chip.night ? Theme.nightText : Theme.bandInk
            font.pixelSize: Theme.small
            wrapMode: Text.NoWrap
            text: chip.label
        }
    }
}
