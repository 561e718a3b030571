// Everything that will be saved; each answer can be changed.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

PageFrame {
    id: page

    required property ReviewViewModel view

    title: view.title
    lead: view.why
    trouble: view.trouble
    main: view.main
    mainIcon: "check"
    onMainTapped: view.submit()

    Panel {
        width: parent.width
        height: Math.min(page.room, lines.used + 2 * Theme.mm(5))
    }

    Paged {
        id: lines

        x: Theme.pad
        y: Theme.mm(5)
        width: parent.width - 2 * Theme.pad
        height: page.room - 2 * Theme.mm(5)
        spacing: Theme.mm(Theme.wide ? 2 : 3)
        frame: page.frame
        model: page.view.lines

        delegate: Item {
            id: line

            required property var modelData
            readonly property string speech: [modelData.label, modelData.value].filter(line => line !== "").join("\n")
            // For headphones only.
            readonly property string whisper: modelData.whole ? [modelData.label, modelData.whole].join("\n") : ""

            width: lines.width
            height: Math.max(words.height, change.visible ? change.height : 0) + Theme.mm(3)

            Column {
                id: words

                width: parent.width - (change.visible ? change.width + Theme.gap : 0)

                Words {
                    width: parent.width
                    color: Theme.quiet
                    font.pixelSize: Theme.small
                    text: line.modelData.label
                }

                Words {
                    width: parent.width
                    font.bold: true
                    text: line.modelData.value
                }
            }

            SecondButton {
                id: change

                objectName: "change." + line.modelData.key
                anchors.right: parent.right
                implicitHeight: Math.max(Theme.mm(16), Theme.target)
                visible: line.modelData.key !== ""
                label: page.view.change
                speech: [label, line.modelData.label].join("\n")
                onTapped: page.view.reopen(line.modelData.key)
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
