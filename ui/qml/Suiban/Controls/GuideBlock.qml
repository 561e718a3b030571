// One entry of a guide: a drawing or a number, a small label, the text, a remark.
import QtQuick
import Suiban

Item {
    id: block

    property string icon
    property string mark
    property string label
    property string text
    property string note
    property bool strong: false
    readonly property string speech: [label, text, note].filter(line => line !== "").join("\n")

    implicitHeight: Math.max(badge.height, words.height)

    Badge {
        id: badge

        anchors.left: parent.left

        width: Theme.mm(13)
        height: width
        name: block.icon

        Words {
            anchors.centerIn: parent
            color: Theme.primary
            font.bold: true
            text: block.mark
        }
    }

    Column {
        id: words

        anchors.left: badge.right
        anchors.leftMargin: Theme.gap
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter

        Words {
            width: parent.width
            visible: text !== ""
            color: Theme.quiet
            font.pixelSize: Theme.small
            text: block.label
        }

        Words {
            width: parent.width
            font.bold: block.strong
            text: block.text
        }

        Words {
            width: parent.width
            visible: text !== ""
            color: Theme.quiet
            font.pixelSize: Theme.small
            text: block.note
        }
    }
}
