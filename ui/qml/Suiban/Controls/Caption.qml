// What is being said, in words: at the foot of the glass, on a ground of its own.
import QtQuick
import Suiban

Rectangle {
    id: strip

    required property CaptionViewModel caption

    objectName: "caption"
    implicitHeight: Math.max(Theme.mm(!caption.kept ? 14 : Theme.wide ? 16 : 22), words.implicitHeight + Theme.gap)
    visible: caption.kept || caption.text !== ""
    color: Theme.night

    Rectangle {
        width: parent.width
        height: Theme.line
        color: Theme.nightText
    }

    Words {
        id: words

        anchors.centerIn: parent
        width: parent.width - 2 * Theme.margin
        color: Theme.nightText
        font.bold: true
        horizontalAlignment: Text.AlignHCenter
        text: strip.caption.text
    }
}
