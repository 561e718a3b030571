// One key of a pad: a letter, a word, a stroke with its name, a candidate.
import QtQuick
import Suiban

Touchable {
    id: key

    property var what: ({})
    property int size: Theme.tile
    readonly property bool quiet: what.quiet ?? false
    readonly property bool chosen: what.chosen ?? false
    readonly property string sends: what.sends ?? ""
    readonly property color ink: chosen ? Theme.chalk : quiet ? Theme.deep : Theme.text

    objectName: sends.length === 1 ? "key." + sends : sends
    label: what.label ?? ""
    speech: what.speech ?? label
    enabled: sends !== ""
    visible: enabled

    Rectangle {
        anchors.fill: parent
        radius: Math.min(Theme.radius, height / 4)
        color: key.chosen ? (key.pressed ? Theme.pressed : Theme.primary) : key.pressed ? Theme.tintPressed : key.quiet ? Theme.tint : Theme.card
        border.width: Theme.line
        border.color: Theme.edge
    }

    Column {
        anchors.centerIn: parent
        width: parent.width - Theme.mm(2)

        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.mm(1.5)
            layoutDirection: key.what.icon === "chevron-right" ? Qt.RightToLeft : Qt.LeftToRight

            Icon {
                id: drawing

                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(Theme.icon, key.height * 0.55)
                height: width
                visible: name !== ""
                name: key.what.icon ?? ""
                tint: "deep"
            }

            Words {
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, key.width - Theme.mm(2))
                visible: text !== "" && !(drawing.visible && implicitWidth > key.width - drawing.width - Theme.mm(3.5))
                color: key.ink
                font.pixelSize: key.quiet ? Theme.caption : key.size
                font.bold: key.quiet || key.chosen
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Theme.mm(4.9)
                wrapMode: Text.NoWrap
                horizontalAlignment: Text.AlignHCenter
                text: key.label
            }
        }

        Words {
            width: parent.width
            visible: text !== "" && implicitWidth <= width && key.height > key.size * 1.4 + Theme.small * 1.5
            color: key.ink
            font.pixelSize: Theme.small
            horizontalAlignment: Text.AlignHCenter
            text: key.what.note ?? ""
        }
    }
}
