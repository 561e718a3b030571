// One entry of a list one can touch: drawing, title, remark, and why it is closed where it is.
import QtQuick
import Suiban

Touchable {
    id: row

    property string icon
    property string title
    property string note
    property string closed

    label: title
    speech: [title, closed ? closed : note].filter(line => line !== "").join("\n")
    implicitHeight: Math.max(Theme.row, words.height + 2 * Theme.mm(2.4))

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: row.pressed ? Theme.tint : Theme.card
        border.width: Theme.line
        border.color: Theme.edge
    }

    Badge {
        id: badge

        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(4)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(15)
        height: width
        visible: row.icon !== ""
        name: row.icon
    }

    Column {
        id: words

        anchors.left: badge.visible ? badge.right : parent.left
        anchors.leftMargin: Theme.pad
        anchors.right: arrow.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter

        Words {
            width: parent.width
            font.bold: true
            text: row.title
        }

        Words {
            width: parent.width
            visible: text !== ""
            color: row.closed ? Theme.attention : Theme.quiet
            font.pixelSize: Theme.small
            font.bold: row.closed !== ""
            text: row.closed ? row.closed : row.note
        }
    }

    Icon {
        id: arrow

        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(4)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(8)
        height: width
        name: row.closed ? "info" : "chevron-right"
        tint: row.closed ? "attention" : "quiet"
    }
}
