// One frame of the recorder, or one line of a change: fixed width, so that bytes stand below each other.
import QtQuick
import Suiban

Item {
    id: frame

    required property var row

    implicitHeight: Math.max(bytes.height, said.height) + Theme.mm(1)

    Words {
        id: said

        width: frame.row.title ? Theme.mm(62) : 0
        visible: frame.row.title !== ""
        color: Theme.quiet
        font.pixelSize: Theme.small
        text: frame.row.title + " " + frame.row.value
    }

    Words {
        id: bytes

        x: said.width
        width: parent.width - x
        color: frame.row.tone === "in" ? Theme.good : frame.row.tone === "out" ? Theme.deep : Theme.quiet
        font.family: "monospace"
        font.pixelSize: Theme.small
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        text: frame.row.note
    }
}
