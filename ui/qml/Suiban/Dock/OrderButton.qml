// A heading, or a button that gives its order; several stand side by side in a Flow.
import QtQuick
import Suiban

Item {
    id: order

    required property var modelData
    property int columns: 2
    readonly property bool heads: modelData.heading !== ""

    signal given(string order, string card)

    width: parent ? heads ? parent.width : Math.floor((parent.width - (columns - 1) * 8) / columns) : 0
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
        label: order.modelData.label || order.modelData.note
        onTapped: order.given(order.modelData.order, order.modelData.card)

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
                visible: text !== ""
                color: order.modelData.on ? Theme.chalk : button.enabled ? Theme.text : Theme.off
                font.pixelSize: 15
                font.bold: true
                text: order.modelData.label
            }

            Text {
                anchors.horizontalCenter: parent.horizontalCenter
                visible: text !== ""
                color: order.modelData.on ? Theme.chalk : button.enabled ? Theme.quiet : Theme.off
                font.pixelSize: 12
                text: order.modelData.note
            }
        }
    }
}
