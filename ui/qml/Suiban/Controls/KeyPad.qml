// Ten digits, as large as the room allows.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Grid {
    id: pad

    property string eraseLabel
    property string clearLabel
    property real room: 0
    readonly property real keyHeight: Math.min(Theme.key, (room - 3 * rowSpacing) / 4)
    readonly property real keyWidth: (width - 2 * columnSpacing) / 3

    signal typed(digit: string)
    signal erased
    signal cleared

    columns: 3
    rowSpacing: Theme.folded ? Theme.mm(2.6) : Theme.gap
    columnSpacing: Theme.gap

    Repeater {
        model: 9

        PadKey {
            required property int index

            objectName: "key." + label
            width: pad.keyWidth
            height: pad.keyHeight
            label: index + 1
            onTapped: pad.typed(label)
        }
    }

    PadKey {
        objectName: "clear"
        width: pad.keyWidth
        height: pad.keyHeight
        quiet: true
        label: pad.clearLabel
        onTapped: pad.cleared()
    }

    PadKey {
        objectName: "key.0"
        width: pad.keyWidth
        height: pad.keyHeight
        label: "0"
        onTapped: pad.typed(label)
    }

    PadKey {
        objectName: "erase"
        width: pad.keyWidth
        height: pad.keyHeight
        quiet: true
        icon: "delete"
        label: pad.eraseLabel
        onTapped: pad.erased()
    }
}
