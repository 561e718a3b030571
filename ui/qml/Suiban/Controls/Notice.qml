// Something that needs attention: an icon, what it is, what to do about it.
import QtQuick
import Suiban

Panel {
    id: notice

    property string title
    property string text
    property string icon: "triangle-alert"
    readonly property string speech: [title, text].filter(line => line !== "").join("\n")

    implicitHeight: Math.max(mark.height, words.height) + 2 * Theme.mm(5)
    tone: "attention"

    Icon {
        id: mark

        anchors.left: parent.left
        anchors.leftMargin: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(10)
        height: width
        name: notice.icon
        tint: "attention"
    }

    Column {
        id: words

        anchors.left: mark.right
        anchors.leftMargin: Theme.gap
        anchors.right: parent.right
        anchors.rightMargin: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(1)

        Words {
            width: parent.width
            visible: text !== ""
            color: Theme.attention
            font.bold: true
            text: notice.title
        }

        Words {
            width: parent.width
            visible: text !== ""
            color: notice.title ? Theme.text : Theme.attention
            font.pixelSize: Theme.caption
            font.bold: notice.title === ""
            text: notice.text
        }
    }
}
