// What was promised with the number: window, times, case number, and what proves it.
import QtQuick
import Suiban

Column {
    id: promise

    required property ResultViewModel view
    // Which of the lines, where they are taken apart.
    property int from: 0
    property int to: view.lines.length
    property bool proven: true

    spacing: Theme.mm(Theme.wide ? 1 : 2)

    Facts {
        width: parent.width
        spacing: promise.spacing
        model: promise.view.lines.slice(promise.from, promise.to)
    }

    Words {
        width: parent.width
        color: Theme.good
        font.pixelSize: Theme.caption
        font.bold: true
        visible: promise.proven
        text: promise.view.proof
    }
}
