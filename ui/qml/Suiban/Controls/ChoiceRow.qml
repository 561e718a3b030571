// One of several answers; the chosen one is ticked and framed, not only coloured.
import QtQuick
import Suiban

Touchable {
    id: row

    property bool chosen: false

    implicitHeight: Math.max(Theme.row, words.implicitHeight + 2 * Theme.gap)

    Accessible.role: Accessible.RadioButton
    Accessible.checked: chosen

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: row.pressed ? Theme.tintPressed : row.chosen ? Theme.tint : Theme.card
        border.width: row.chosen ? Theme.heavyLine : Theme.line
        border.color: row.chosen ? Theme.primary : Theme.edge
    }

    Rectangle {
        id: mark

        x: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(11)
        height: width
        radius: width / 2
        color: row.chosen ? Theme.primary : Theme.card
        border.width: row.chosen ? 0 : Theme.heavyLine
        border.color: Theme.edge

        Icon {
            anchors.centerIn: parent
            width: Theme.mm(7.5)
            height: width
            visible: row.chosen
            name: "check"
            tint: "white"
        }
    }

    Words {
        id: words

        anchors.left: mark.right
        anchors.leftMargin: Theme.pad
        anchors.right: parent.right
        anchors.rightMargin: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        color: row.chosen ? Theme.deep : Theme.text
        font.bold: row.chosen
        text: row.label
    }
}
