// The world around the terminal, for a demonstration: cards, paper, link, and the slot where tickets come out.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Window {
    id: window

    required property DockViewModel dock
    readonly property int margin: 16

    width: 400
    height: 860
    visible: true
    color: Theme.page
    title: "随办 Suiban · dock"

    Flow {
        id: orders

        readonly property real half: (width - spacing) / 2

        x: window.margin
        y: window.margin
        width: parent.width - 2 * window.margin
        spacing: 8

        Repeater {
            model: window.dock.orders

            Item {
                id: order

                required property var modelData
                readonly property bool heads: modelData.heading !== ""

                width: heads ? orders.width : orders.half
                height: heads ? 30 : 48

                Text {
                    anchors.bottom: parent.bottom
                    visible: order.heads
                    color: Theme.deep
                    font.pixelSize: 15
                    font.bold: true
                    text: order.modelData.heading
                }

                Touchable {
                    id: button

                    objectName: order.modelData.order + (order.modelData.card ? "." + order.modelData.card : "")
                    anchors.fill: parent
                    visible: !order.heads
                    enabled: order.modelData.possible
                    label: order.modelData.label
                    onTapped: window.dock.give(order.modelData.order, order.modelData.card)

                    Rectangle {
                        anchors.fill: parent
                        radius: 8
                        color: order.modelData.on ? Theme.primary : button.pressed ? Theme.tintPressed : button.enabled ? Theme.card : Theme.offTint
                        border.width: order.modelData.on ? 0 : 1
                        border.color: Theme.edge
                    }

                    Column {
                        anchors.centerIn: parent

                        Text {
                            anchors.horizontalCenter: parent.horizontalCenter
                            color: order.modelData.on ? Theme.chalk : button.enabled ? Theme.text : Theme.off
                            font.pixelSize: 15
                            font.bold: true
                            text: order.modelData.label
                        }

                        Text {
                            anchors.horizontalCenter: parent.horizontalCenter
                            color: order.modelData.on ? Theme.chalk : button.enabled ? Theme.quiet : Theme.off
                            font.pixelSize: 12
                            text: order.modelData.note
                        }
                    }
                }
            }
        }
    }

    Rectangle {
        id: slot

        anchors.top: orders.bottom
        anchors.topMargin: 14
        anchors.bottom: words.top
        anchors.bottomMargin: 10
        x: window.margin
        width: parent.width - 2 * window.margin
        radius: 10
        color: Theme.offTint
        clip: true

        Rectangle {
            id: mouth

            anchors.horizontalCenter: parent.horizontalCenter
            y: 8
            width: parent.width * 0.7
            height: 6
            radius: 3
            color: Theme.off
        }

        Image {
            objectName: "ticket"
            anchors.top: mouth.bottom
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 8
            fillMode: Image.PreserveAspectFit
            verticalAlignment: Image.AlignTop
            cache: false
            sourceSize.height: height
            source: window.dock.ticket
        }

        Text {
            anchors.centerIn: parent
            color: Theme.quiet
            font.pixelSize: 14
            text: window.dock.slot
        }
    }

    Column {
        id: words

        x: window.margin
        y: parent.height - height - window.margin
        width: parent.width - 2 * window.margin
        spacing: 2

        Text {
            color: Theme.text
            font.pixelSize: 14
            text: window.dock.tickets
        }

        Text {
            width: parent.width
            color: Theme.quiet
            elide: Text.ElideMiddle
            font.pixelSize: 13
            text: window.dock.centre
        }

        Text {
            width: parent.width
            visible: text !== ""
            color: Theme.wrong
            font.pixelSize: 13
            wrapMode: Text.Wrap
            text: window.dock.trouble
        }
    }
}
