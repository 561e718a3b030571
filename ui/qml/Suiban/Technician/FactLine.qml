// A label and its value; a remark below it where there is one.
import QtQuick
import Suiban

Item {
    id: fact

    required property var row
    readonly property bool pill: row.tone !== "plain" && row.tone !== "quiet"

    implicitHeight: Math.max(words.height, value.height + Theme.mm(2)) + Theme.mm(2)

    Column {
        id: words

        anchors.verticalCenter: parent.verticalCenter
        width: parent.width * (fact.row.note ? 0.62 : 0.38)

        Words {
            width: parent.width
            color: fact.row.note ? Theme.text : Theme.quiet
            font.pixelSize: Theme.caption
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            text: fact.row.title
        }

        Words {
            width: parent.width
            visible: text !== ""
            color: Theme.quiet
            font.pixelSize: Theme.small
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            text: fact.row.note
        }
    }

    Rectangle {
        anchors.fill: value
        anchors.margins: -Theme.mm(1.4)
        anchors.leftMargin: -Theme.mm(3)
        anchors.rightMargin: -Theme.mm(3)
        visible: fact.pill && value.text !== ""
        radius: Theme.mm(3)
        color: Theme.ground(fact.row.tone)
    }

    Words {
        id: value

        x: words.width + Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, parent.width - x - Theme.mm(3))
        color: Theme.ink(fact.row.tone)
        font.pixelSize: Theme.caption
        font.bold: true
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        text: fact.row.value
    }

    Rectangle {
        y: parent.height - height
        width: parent.width
        height: Theme.line
        color: Theme.hairline
    }
}
