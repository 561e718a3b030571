// Where I am: done steps ticked, the present one filled.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: bar

    property var steps: []
    readonly property real part: width / Math.max(1, steps.length)

    implicitHeight: circles.height + Theme.mm(2) + Theme.small * 1.5

    Row {
        id: circles

        height: Theme.mm(11)

        Repeater {
            model: bar.steps

            Item {
                id: step

                required property var modelData
                required property int index
                readonly property bool here: modelData.state === "here"
                readonly property bool done: modelData.state === "done"

                width: bar.part
                height: circles.height

                Rectangle {
                    anchors.verticalCenter: parent.verticalCenter
                    anchors.left: parent.horizontalCenter
                    anchors.leftMargin: circle.width / 2
                    width: parent.width - circle.width
                    height: Theme.mm(1)
                    visible: step.index < bar.steps.length - 1
                    color: step.done ? Theme.primary : Theme.hairline
                }

                Rectangle {
                    id: circle

                    anchors.centerIn: parent
                    width: Theme.mm(11)
                    height: width
                    radius: width / 2
                    color: step.here || step.done ? Theme.primary : Theme.card
                    border.width: step.here || step.done ? 0 : Theme.line
                    border.color: Theme.edge

                    Icon {
                        anchors.centerIn: parent
                        width: Theme.mm(7)
                        height: width
                        visible: step.done
                        name: "check"
                        tint: "white"
                    }

                    Words {
                        anchors.centerIn: parent
                        visible: !step.done
                        color: step.here ? Theme.chalk : Theme.quiet
                        font.pixelSize: Theme.small
                        font.bold: true
                        text: step.index + 1
                    }
                }
            }
        }
    }

    Row {
        anchors.top: circles.bottom
        anchors.topMargin: Theme.mm(1)

        Repeater {
            model: bar.steps

            Words {
                required property var modelData

                width: bar.part
                color: modelData.state === "here" ? Theme.deep : Theme.quiet
                font.pixelSize: Theme.small
                font.bold: modelData.state === "here"
                horizontalAlignment: Text.AlignHCenter
                text: modelData.label
            }
        }
    }
}
