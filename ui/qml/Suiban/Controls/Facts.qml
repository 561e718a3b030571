// Labels and their values, one line each.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Column {
    id: facts

    property alias model: lines.model
    property int size: Theme.body
    property real labelPart: 0.32

    spacing: Theme.mm(2)

    Repeater {
        id: lines

        Item {
            id: fact

            required property var modelData
            readonly property string speech: [modelData.label, modelData.value].filter(line => line !== "").join("\n")
            // For headphones only.
            readonly property string whisper: modelData.whole ? [modelData.label, modelData.whole].join("\n") : ""

            width: facts.width
            height: Math.max(label.implicitHeight, value.implicitHeight)

            Words {
                id: label

                anchors.left: parent.left
                anchors.baseline: value.baseline
                width: facts.width * facts.labelPart - Theme.gap
                color: Theme.quiet
                font.pixelSize: Theme.caption
                text: fact.modelData.label
            }

            Words {
                id: value

                anchors.right: parent.right
                width: facts.width * (1 - facts.labelPart)
                font.pixelSize: facts.size
                font.bold: true
                text: fact.modelData.value
            }
        }
    }
}
