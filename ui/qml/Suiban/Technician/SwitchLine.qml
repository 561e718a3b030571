// An option that is on or off: a tick says which, not only a colour.
import QtQuick
import Suiban

Touchable {
    id: line

    required property var row

    objectName: row.name
    label: row.title
    implicitHeight: Math.max(Theme.mm(16), words.height + Theme.mm(5))

    Accessible.role: Accessible.CheckBox
    Accessible.checked: row.on

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: line.pressed ? Theme.tint : Theme.card
        border.width: Theme.line
        border.color: Theme.edge
    }

    Column {
        id: words

        x: Theme.mm(5)
        anchors.verticalCenter: parent.verticalCenter
        width: knob.x - x - Theme.gap

        Words {
            width: parent.width
            font.pixelSize: Theme.caption
            font.bold: true
            text: line.row.title
        }

        Words {
            width: parent.width
            visible: text !== ""
            color: Theme.quiet
            font.pixelSize: Theme.small
            text: line.row.note
        }
    }

    Rectangle {
        id: knob

        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(5)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(18)
        height: Theme.mm(10)
        radius: height / 2
        color: line.row.on ? Theme.primary : Theme.card
        border.width: Theme.heavyLine
        border.color: line.row.on ? Theme.primary : Theme.edge

        Rectangle {
            x: line.row.on ? parent.width - width - Theme.mm(1.2) : Theme.mm(1.2)
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.mm(7.6)
            height: width
            radius: width / 2
            color: line.row.on ? Theme.card : Theme.edge

            Icon {
                anchors.centerIn: parent
                width: Theme.mm(5.4)
                height: width
                name: line.row.on ? "check" : "x"
                tint: line.row.on ? "primary" : "white"
            }
        }
    }
}
