// Something one can open: its drawing, what it is, how it is.
import QtQuick
import Suiban

Touchable {
    id: line

    required property var row

    objectName: row.name
    label: row.title
    enabled: row.able
    implicitHeight: Math.max(Theme.mm(20), Math.max(words.height, pill.visible ? pill.height : 0) + Theme.mm(5))

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: !line.enabled ? Theme.offTint : line.pressed ? Theme.tint : Theme.card
        border.width: line.row.tone === "wrong" ? Theme.heavyLine : Theme.line
        border.color: line.row.tone === "wrong" ? Theme.wrong : Theme.edge
    }

    Badge {
        id: badge

        x: Theme.mm(4)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(13)
        height: width
        visible: line.row.icon !== ""
        name: line.row.icon
    }

    Column {
        id: words

        anchors.left: badge.visible ? badge.right : parent.left
        anchors.leftMargin: Theme.mm(5)
        anchors.right: pill.visible ? pill.left : arrow.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter

        Words {
            width: parent.width
            font.pixelSize: Theme.body
            font.bold: true
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            text: line.row.title
        }

        Words {
            width: parent.width
            visible: text !== ""
            color: Theme.quiet
            font.pixelSize: Theme.small
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            text: line.row.note
        }
    }

    Rectangle {
        id: pill

        anchors.right: arrow.left
        anchors.rightMargin: Theme.mm(2)
        anchors.verticalCenter: parent.verticalCenter
        width: word.width + Theme.mm(6)
        height: word.height + Theme.mm(3)
        visible: line.row.value !== ""
        radius: Theme.mm(3)
        color: Theme.ground(line.row.tone)

        Words {
            id: word

            anchors.centerIn: parent
            width: Math.min(implicitWidth, line.width * 0.3)
            color: Theme.ink(line.row.tone)
            font.pixelSize: Theme.small
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            text: line.row.value
        }
    }

    Icon {
        id: arrow

        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(3)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(7)
        height: width
        name: "chevron-right"
        tint: "quiet"
    }
}
