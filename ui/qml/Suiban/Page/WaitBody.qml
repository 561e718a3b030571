// What is being done, and how long it usually takes.
import QtQuick
import Suiban

Item {
    id: body

    required property PageViewModel view

    Column {
        anchors.centerIn: parent
        width: parent.width
        spacing: Theme.pad

        Icon {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Theme.mm(30)
            height: width
            name: body.view.body.picture !== "" ? body.view.body.picture : "hourglass"
        }

        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            font.pixelSize: Theme.tile
            font.bold: true
            text: body.view.body.doing
        }

        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            color: Theme.quiet
            text: body.view.body.usually
        }
    }
}
