// Some of several things: rows that page, or equal buttons side by side.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: body

    required property PageViewModel view
    required property FrameViewModel frame
    readonly property var what: view.body

    Words {
        id: path

        width: parent.width
        visible: text !== ""
        color: Theme.primary
        font.bold: true
        text: body.what.path
    }

    Paged {
        id: rows

        y: path.visible ? path.height + Theme.gap : 0
        width: parent.width
        height: parent.height - y
        frame: body.frame
        most: 5
        model: body.what.options

        delegate: OptionRow {
            required property var modelData

            objectName: "option." + modelData.value
            width: rows.width
            label: modelData.label
            note: modelData.note
            mark: modelData.mark
            icon: modelData.icon
            chosen: modelData.chosen
            several: body.what.several
            enabled: !modelData.off
            onTapped: body.view.choose(modelData.value)
        }
    }
}
