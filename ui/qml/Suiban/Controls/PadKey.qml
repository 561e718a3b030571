// One key of a pad.
import QtQuick
import Suiban

Touchable {
    id: key

    property bool quiet: false
    property string icon
    property int size: Theme.title

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: key.pressed ? Theme.tintPressed : key.quiet ? Theme.tint : Theme.card
        border.width: Theme.line
        border.color: Theme.edge
    }

    Row {
        anchors.centerIn: parent
        spacing: Theme.mm(2)

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.icon
            height: width
            visible: key.icon !== ""
            name: key.icon
            tint: "deep"
        }

        Words {
            anchors.verticalCenter: parent.verticalCenter
            color: key.quiet ? Theme.deep : Theme.text
            font.pixelSize: key.quiet ? Theme.caption : key.size
            font.bold: key.quiet
            wrapMode: Text.NoWrap
            text: key.label
        }
    }
}
