// Help is never a small link: one of the tiles at the foot of every page.
import QtQuick
import Suiban

Touchable {
    id: tile

    property string icon
    property bool night: false

    implicitHeight: Math.max(Theme.helpTile, words.implicitHeight + Theme.gap)

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: tile.night ? Theme.night : tile.pressed ? Theme.tintPressed : Theme.tint
        border.width: tile.night ? Theme.line : 0
        border.color: Theme.nightQuiet
    }

    Row {
        anchors.centerIn: parent
        spacing: Theme.mm(2.4)

        Icon {
            id: mark

            anchors.verticalCenter: parent.verticalCenter
            width: Theme.mm(8)
            height: width
            name: tile.icon
            tint: tile.night ? "night" : "deep"
        }

        Words {
            id: words

            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, tile.width - mark.width - Theme.mm(2.4) - 2 * Theme.mm(2))
            color: tile.night ? Theme.nightText : Theme.deep
            font.pixelSize: Theme.caption
            font.bold: true
            text: tile.label
        }
    }
}
