// Help is never a small link: one of the tiles at the foot of every page.
import QtQuick
import Suiban

Touchable {
    id: tile

    property string icon

    implicitHeight: Math.max(Theme.helpTile, words.implicitHeight + Theme.gap)

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: tile.pressed ? Theme.tintPressed : Theme.tint
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
            tint: "deep"
        }

        Words {
            id: words

            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, tile.width - mark.width - Theme.mm(2.4) - 2 * Theme.mm(2))
            color: Theme.deep
            font.pixelSize: Theme.caption
            font.bold: true
            text: tile.label
        }
    }
}
