// Are you still there? One big button; any touch keeps everything.
import QtQuick
import Suiban

Rectangle {
    id: page

    required property PulseViewModel pulse

    color: Theme.band

    MouseArea {
        anchors.fill: parent
        onClicked: page.pulse.stayOn()
    }

    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, Theme.columnWidth)
        spacing: Theme.mm(Theme.wide ? 6 : 14)

        Words {
            width: parent.width
            color: Theme.bandInk
            font.pixelSize: Theme.display
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            text: page.pulse.title
        }

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Theme.mm(Theme.wide ? 56 : 96)
            height: width
            radius: width / 2
            color: Theme.bandShape
            border.width: Theme.mm(2)
            border.color: Theme.bandQuiet

            Column {
                anchors.centerIn: parent

                Words {
                    anchors.horizontalCenter: parent.horizontalCenter
                    color: Theme.bandInk
                    font.pixelSize: Theme.mm(Theme.wide ? 24 : 40)
                    font.bold: true
                    lineHeight: 0.8
                    text: page.pulse.seconds
                }

                Words {
                    anchors.horizontalCenter: parent.horizontalCenter
                    color: Theme.bandInk
                    font.pixelSize: Theme.caption
                    text: page.pulse.unit
                }
            }
        }

        Words {
            width: parent.width
            color: Theme.bandQuiet
            horizontalAlignment: Text.AlignHCenter
            text: page.pulse.why
        }

        MainButton {
            objectName: "stay"
            width: parent.width
            implicitHeight: Theme.mm(Theme.wide ? 26 : 40)
            light: true
            icon: "hand"
            iconFirst: true
            label: page.pulse.stay
            onTapped: page.pulse.stayOn()
        }

        Rectangle {
            width: parent.width
            height: Theme.mm(2.4)
            radius: height / 2
            color: Theme.bandShape

            Rectangle {
                width: parent.width * page.pulse.part
                height: parent.height
                radius: height / 2
                color: Theme.bandQuiet
            }
        }
    }

    // One flash a second: nothing may flash more than three times.
    Rectangle {
        id: flash

        anchors.fill: parent
        opacity: 0
        color: "transparent"
        border.width: Theme.mm(5)
        border.color: Theme.bandInk

        SequentialAnimation {
            running: !Theme.still
            loops: Animation.Infinite

            NumberAnimation {
                target: flash
                property: "opacity"
                from: 0
                to: 1
                duration: 500
            }

            NumberAnimation {
                target: flash
                property: "opacity"
                from: 1
                to: 0
                duration: 500
            }
        }
    }
}
