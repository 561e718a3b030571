// A number between two keys.
import QtQuick
import Suiban

Rectangle {
    id: line

    required property var row
    required property TechnicianViewModel technician

    readonly property var none: ({
            name: "",
            icon: "",
            able: false
        })

    component Key: Touchable {
        id: key

        required property var part

        objectName: part.name
        label: part.icon
        enabled: part.able
        width: Theme.mm(14)
        height: width

        Rectangle {
            anchors.fill: parent
            radius: Theme.radius
            color: !key.enabled ? Theme.offTint : key.pressed ? Theme.tintPressed : Theme.tint
            border.width: Theme.line
            border.color: Theme.edge
        }

        Icon {
            anchors.centerIn: parent
            width: Theme.mm(7)
            height: width
            name: key.part.icon
            tint: "deep"
        }
    }

    implicitHeight: Math.max(Theme.mm(18), words.height + Theme.mm(5))
    radius: Theme.radius
    color: Theme.card
    border.width: Theme.line
    border.color: Theme.edge

    Column {
        id: words

        x: Theme.mm(5)
        anchors.verticalCenter: parent.verticalCenter
        width: keys.x - x - Theme.gap

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

    Row {
        id: keys

        anchors.right: parent.right
        anchors.rightMargin: Theme.mm(3)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(3)

        Key {
            part: line.row.parts[0] ?? line.none
            onTapped: line.technician.act(part.name)
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.mm(32)
            font.pixelSize: Theme.body
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            text: line.row.value
        }

        Key {
            part: line.row.parts[1] ?? line.none
            onTapped: line.technician.act(part.name)
        }
    }
}
