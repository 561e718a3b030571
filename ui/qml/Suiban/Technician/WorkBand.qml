// What is being done now, how long it may still take, and how much of that is over.
import QtQuick
import Suiban

Rectangle {
    id: band

    required property TechnicianViewModel technician

    height: words.height + Theme.mm(9)
    visible: technician.work !== ""
    radius: Theme.radius
    color: Theme.tint

    Item {
        id: words

        x: Theme.gap
        y: Theme.mm(3)
        width: parent.width - 2 * Theme.gap
        height: Math.max(what.height, left.height)

        Words {
            id: what

            objectName: "work"
            width: parent.width - left.width - Theme.gap
            color: Theme.deep
            font.pixelSize: Theme.caption
            font.bold: true
            text: band.technician.work
        }

        Words {
            id: left

            anchors.right: parent.right
            color: Theme.deep
            font.pixelSize: Theme.small
            text: band.technician.workLeft
        }
    }

    Rectangle {
        x: Theme.gap
        y: parent.height - height - Theme.mm(2.4)
        width: parent.width - 2 * Theme.gap
        height: Theme.mm(1.6)
        radius: height / 2
        color: Theme.card

        Rectangle {
            width: parent.width * band.technician.workPart
            height: parent.height
            radius: height / 2
            color: Theme.primary
        }
    }
}
