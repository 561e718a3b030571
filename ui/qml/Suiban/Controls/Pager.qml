// One of the two keys that turn a list's page; on the first and last page it fades out of the way.
import QtQuick
import Suiban

Touchable {
    id: key

    property string icon

    // The five keys turn the page by going on; the way round is not made longer by two keys for it.
    speech: ""
    width: content.implicitWidth + 2 * Theme.gap
    visible: enabled

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: key.pressed ? Theme.tintPressed : Theme.tint
        border.width: Theme.line
        border.color: Theme.edge
    }

    Row {
        id: content

        anchors.centerIn: parent
        spacing: Theme.mm(1)
        layoutDirection: key.icon === "chevron-right" ? Qt.RightToLeft : Qt.LeftToRight

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.mm(7)
            height: width
            name: key.icon
            tint: "deep"
        }

        Words {
            color: Theme.deep
            font.pixelSize: Theme.caption
            font.bold: true
            text: key.label
        }
    }
}
