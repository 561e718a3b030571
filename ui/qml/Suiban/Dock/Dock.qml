// The world around the terminal, for a demonstration: cards, paper, link, the slot where tickets come out; beside them
// every device with every fault its line can have, and how departments and payment gateway answer.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Window {
    id: window

    required property DockViewModel dock
    readonly property int margin: 16
    readonly property int first: 400
    readonly property int second: dock.bench.length > 0 ? 520 : 0
    readonly property int third: dock.partners.length > 0 ? 260 : 0

    width: first + second + third
    height: 1000
    visible: true
    color: Theme.page
    title: "随办 Suiban · dock"

    Flow {
        id: orders

        x: window.margin
        y: window.margin
        width: window.first - 2 * window.margin
        spacing: 8

        Repeater {
            model: window.dock.orders

            OrderButton {
                columns: 2
                onGiven: (order, card) => window.dock.give(order, card)
            }
        }
    }

    Flow {
        id: bench

        x: window.first + window.margin
        y: window.margin
        width: window.second - 2 * window.margin
        visible: window.dock.bench.length > 0
        spacing: 8

        Repeater {
            model: window.dock.bench

            OrderButton {
                columns: 4
                onGiven: (order, card) => window.dock.give(order, card)
            }
        }
    }

    Flow {
        id: partners

        x: window.first + window.second + window.margin
        y: window.margin
        width: window.third - 2 * window.margin
        visible: window.dock.partners.length > 0
        spacing: 8

        Repeater {
            model: window.dock.partners

            OrderButton {
                columns: 2
                onGiven: (order, card) => window.dock.give(order, card)
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
        width: window.first - 2 * window.margin
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
        width: window.first - 2 * window.margin
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
