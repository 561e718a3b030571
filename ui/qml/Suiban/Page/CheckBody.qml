// Every answer as it will be kept, with "change" beside those that can be changed.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: body

    required property PageViewModel view
    required property FrameViewModel frame
    readonly property var what: view.body

    Words {
        id: note

        width: parent.width
        visible: text !== ""
        color: Theme.quiet
        font.pixelSize: Theme.caption
        text: body.what.note
    }

    Panel {
        y: lines.y - Theme.mm(5)
        width: parent.width
        height: Math.min(parent.height - y, lines.used + 2 * Theme.mm(5))
    }

    Paged {
        id: lines

        x: Theme.pad
        y: (note.visible ? note.height + Theme.gap : 0) + Theme.mm(5)
        width: parent.width - 2 * Theme.pad
        height: parent.height - y - Theme.mm(5)
        spacing: Theme.mm(Theme.wide ? 2 : 3)
        frame: body.frame
        model: body.what.rows

        delegate: Item {
            id: line

            required property var modelData

            width: lines.width
            height: Math.max(fact.implicitHeight, change.visible ? change.height : 0) + Theme.mm(3)

            HeldFact {
                id: fact

                width: parent.width - (change.visible ? change.width + Theme.gap : 0)
                label: line.modelData.label
                value: line.modelData.value
                whole: line.modelData.whole
            }

            SecondButton {
                id: change

                objectName: "change." + line.modelData.key
                anchors.right: parent.right
                implicitHeight: Math.max(Theme.mm(16), Theme.target)
                visible: line.modelData.key !== ""
                label: body.what.change
                speech: [label, line.modelData.label].join("\n")
                onTapped: body.view.reopen(line.modelData.key)
            }

            Rectangle {
                anchors.bottom: parent.bottom
                width: parent.width
                height: Theme.line
                color: Theme.hairline
            }
        }
    }
}
