// What may be done instead: outlined, with an optional remark under its words.
import QtQuick
import Suiban

Touchable {
    id: button

    property string icon
    property string note
    // Only its drawing, where three buttons share the foot of a page.
    property bool bare: false

    speech: [label, button.note].filter(line => line !== "").join("\n")
    implicitWidth: words.implicitWidth + (icon ? Theme.icon + Theme.gap : 0) + 2 * Theme.pad
    implicitHeight: Math.max(Theme.target, Theme.mm(Theme.wide ? 18 : 20), column.implicitHeight + 2 * Theme.mm(3))

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: button.pressed ? Theme.tintPressed : Theme.card
        border.width: Theme.heavyLine
        border.color: Theme.primary
    }

    Row {
        anchors.centerIn: parent
        spacing: Theme.gap

        Icon {
            id: mark

            anchors.verticalCenter: parent.verticalCenter
            width: Theme.icon
            height: Theme.icon
            visible: button.icon !== ""
            name: button.icon
        }

        Column {
            id: column

            visible: !button.bare

            readonly property real room: button.width - Theme.pad - (mark.visible ? mark.width + Theme.gap : 0)

            anchors.verticalCenter: parent.verticalCenter

            Words {
                id: words

                x: Math.round((column.width - width) / 2)
                width: Math.min(column.room, implicitWidth)
                color: Theme.primary
                font.bold: true
                horizontalAlignment: Text.AlignHCenter
                text: button.label
            }

            Words {
                id: note

                x: Math.round((column.width - width) / 2)
                width: Math.min(column.room, implicitWidth)
                visible: text !== ""
                color: Theme.quiet
                font.pixelSize: Theme.small
                horizontalAlignment: Text.AlignHCenter
                text: button.note
            }
        }
    }
}
