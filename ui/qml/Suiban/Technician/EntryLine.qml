// What has been typed so far.
import QtQuick
import Suiban

Column {
    id: line

    required property var row

    spacing: Theme.mm(1.5)

    Words {
        width: parent.width
        visible: text !== ""
        font.pixelSize: Theme.caption
        font.bold: true
        text: line.row.title
    }

    Entry {
        width: parent.width
        implicitHeight: Theme.mm(Theme.wide ? 14 : 20)
        size: Theme.body
        text: line.row.value
        placeholder: line.row.note
    }
}
