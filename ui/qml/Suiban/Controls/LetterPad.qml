// The letters in their order, for Pinyin; two wide keys to take back.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Flow {
    id: pad

    property string eraseLabel
    property string clearLabel
    property int columns: Theme.wide && Theme.folded ? 13 : 8
    readonly property int rows: 4
    readonly property real keyWidth: Math.floor((width - (columns - 1) * spacing) / columns)
    property real keyHeight: Math.max(Theme.target, Theme.mm(Theme.wide ? 13.2 : 18))

    signal typed(letter: string)
    signal erased
    signal cleared

    spacing: Theme.mm(2.8)

    Repeater {
        model: 26

        PadKey {
            required property int index

            objectName: "key." + label
            width: pad.keyWidth
            height: pad.keyHeight
            size: Theme.body
            label: String.fromCharCode(65 + index)
            onTapped: pad.typed(label)
        }
    }

    PadKey {
        objectName: "clear"
        width: pad.keyWidth * 3 + pad.spacing * 2
        height: pad.keyHeight
        quiet: true
        label: pad.clearLabel
        onTapped: pad.cleared()
    }

    PadKey {
        objectName: "erase"
        width: pad.keyWidth * 3 + pad.spacing * 2
        height: pad.keyHeight
        quiet: true
        icon: "delete"
        label: pad.eraseLabel
        onTapped: pad.erased()
    }
}
