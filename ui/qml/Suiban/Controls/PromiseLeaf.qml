// Some of what was promised, on a card of its own.
import QtQuick
import Suiban

Panel {
    id: leaf

    required property ResultViewModel view
    property alias from: lines.from
    property alias to: lines.to
    property alias proven: lines.proven

    height: lines.height + 2 * Theme.mm(4)

    PromiseLines {
        id: lines

        x: Theme.pad
        y: Theme.mm(4)
        width: parent.width - 2 * x
        view: leaf.view
    }
}
