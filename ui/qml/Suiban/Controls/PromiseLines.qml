// What was promised with the number: window, times, case number, and what proves it.
import QtQuick
import Suiban

Column {
    id: promise

    required property ResultViewModel view

    spacing: Theme.mm(Theme.wide ? 1 : 2)

    Facts {
        width: parent.width
        spacing: promise.spacing
        model: promise.view.lines
    }

    Words {
        width: parent.width
        color: Theme.good
        font.pixelSize: Theme.caption
        font.bold: true
        text: promise.view.proof
    }
}
