// Shows where the card goes, or that it should be taken away: a card and the reader, moving slowly.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: hint

    property bool leaving: false
    property bool night: false
    property string label

    implicitWidth: Theme.mm(130)
    implicitHeight: Theme.mm(96)

    Accessible.role: Accessible.Graphic
    Accessible.name: label

    Rectangle {
        id: reader

        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        width: parent.height * 1.1
        height: parent.height * 0.62
        radius: Theme.mm(6)
        color: hint.night ? Theme.nightCard : Theme.tint
        border.width: Theme.heavyLine
        border.color: hint.night ? Theme.nightQuiet : Theme.primary

        Rectangle {
            anchors.centerIn: parent
            width: card.width
            height: card.height
            radius: card.radius
            color: "transparent"
            border.width: Theme.heavyLine
            border.color: hint.night ? Theme.nightQuiet : Theme.edge

            Icon {
                anchors.centerIn: parent
                width: parent.height * 0.5
                height: width
                name: "id-card"
                tint: hint.night ? "night" : "primary"
            }
        }
    }

    Rectangle {
        id: card

        readonly property real away: 0
        readonly property real home: reader.y + (reader.height - height) / 2

        anchors.horizontalCenter: parent.horizontalCenter
        y: home - hint.height * 0.3
        width: reader.width * 0.66
        height: width * 0.63
        radius: Theme.mm(3)
        color: hint.night ? Theme.nightQuiet : Theme.card
        border.width: Theme.line
        border.color: hint.night ? Theme.nightText : Theme.edge

        Rectangle {
            x: parent.width * 0.66
            y: parent.height * 0.18
            width: parent.width * 0.24
            height: parent.height * 0.48
            radius: Theme.mm(1)
            color: hint.night ? Theme.nightCard : Theme.tintPressed

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.height * 0.2
                width: parent.width * 0.42
                height: width
                radius: width / 2
                color: hint.night ? Theme.nightQuiet : Theme.primary
            }

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                width: parent.width * 0.7
                height: parent.height * 0.26
                radius: Theme.mm(1)
                color: hint.night ? Theme.nightQuiet : Theme.primary
            }
        }

        Repeater {
            model: [0.36, 0.44, 0.3]

            Rectangle {
                required property real modelData
                required property int index

                x: card.width * 0.1
                y: card.height * (0.2 + index * 0.17)
                width: card.width * modelData
                height: card.height * 0.07
                radius: height / 2
                color: hint.night ? Theme.nightCard : Theme.hairline
            }
        }

        Rectangle {
            x: card.width * 0.1
            y: card.height * 0.8
            width: card.width * 0.8
            height: card.height * 0.07
            radius: height / 2
            color: hint.night ? Theme.nightCard : Theme.edge
        }
    }

    SequentialAnimation {
        running: !Theme.still && hint.visible
        loops: Animation.Infinite

        NumberAnimation {
            target: card
            property: "y"
            from: hint.leaving ? card.home : card.away
            to: hint.leaving ? card.away : card.home
            duration: 1400
            easing.type: Easing.InOutCubic
        }

        PauseAnimation {
            duration: 1600
        }
    }
}
