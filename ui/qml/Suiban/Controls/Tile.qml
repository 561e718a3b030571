// A door of the home screen: tall with its drawing above, or flat with it at the left.
import QtQuick
import Suiban

Touchable {
    id: tile

    property string icon
    property string title
    property string note
    property bool first: false
    property bool flat: false

    label: title
    speech: [title, note].filter(line => line !== "").join("\n")
    implicitHeight: flat ? Math.max(badge.height, words.height) + 2 * Theme.mm(4) : badge.height + words.height + Theme.mm(14)

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: tile.first ? (tile.pressed ? Theme.pressed : Theme.primary) : tile.pressed ? Theme.tint : Theme.card
        border.width: tile.first ? 0 : Theme.line
        border.color: Theme.edge
    }

    Badge {
        id: badge

        anchors.left: parent.left
        anchors.leftMargin: Theme.pad
        y: tile.flat ? (tile.height - height) / 2 : Theme.pad
        color: tile.first ? Theme.primaryShape : Theme.tint
        name: tile.icon
        tint: tile.first ? "white" : "primary"
    }

    Column {
        id: words

        readonly property real inset: tile.flat ? badge.width + 2 * Theme.pad : Theme.pad

        anchors.left: parent.left
        anchors.leftMargin: inset
        y: tile.flat ? (tile.height - height) / 2 : tile.height - height - Theme.mm(5)
        width: tile.width - inset - Theme.pad

        Words {
            width: parent.width
            color: tile.first ? Theme.chalk : Theme.text
            font.pixelSize: Theme.tile
            font.bold: true
            text: tile.title
        }

        Words {
            width: parent.width
            color: tile.first ? Theme.chalk : Theme.quiet
            font.pixelSize: Theme.caption
            text: tile.note
        }
    }
}
