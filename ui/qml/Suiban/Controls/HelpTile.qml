// Help is never a small link: one of the tiles at the foot of every page.
import QtQuick
import Suiban

Touchable {
    id: tile

    property string icon
    property bool night: false

    rank: 3
    implicitHeight: Math.max(Theme.helpTile, content.implicitHeight + Theme.mm(3))

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: tile.night ? Theme.night : tile.pressed ? Theme.tintPressed : Theme.tint
        border.width: tile.night ? Theme.line : Theme.tintLine
        border.color: tile.night ? Theme.nightQuiet : Theme.edge
    }

    Grid {
        id: content

        anchors.centerIn: parent
        columns: Theme.wide ? 1 : 2
        spacing: Theme.mm(Theme.wide ? 0.6 : 2.4)
        horizontalItemAlignment: Grid.AlignHCenter
        verticalItemAlignment: Grid.AlignVCenter

        Icon {
            id: mark

            width: Theme.mm(8)
            height: width
            name: tile.icon
            visible: !Theme.folded
            tint: tile.night ? "night" : "deep"
        }

        Words {
            id: words

            readonly property real room: tile.width - Theme.mm(3) - (Theme.wide || !mark.visible ? 0 : mark.width + Theme.mm(2.4))

            width: Math.min(implicitWidth, room)
            color: tile.night ? Theme.nightText : Theme.deep
            font.pixelSize: Theme.wide ? Theme.small : Theme.caption
            font.bold: true
            horizontalAlignment: Theme.wide ? Text.AlignHCenter : Text.AlignLeft
            text: tile.label
        }
    }
}
