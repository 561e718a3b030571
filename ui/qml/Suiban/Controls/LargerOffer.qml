// Larger text is offered, in words and with a way to say no; going on says no as well.
import QtQuick
import Suiban

Panel {
    id: offer

    property string title
    property string why
    property string yes
    property string no
    readonly property string speech: [title, why].join("\n")

    signal accepted
    signal declined

    implicitHeight: sheet.height + 2 * Theme.mm(Theme.wide ? 3 : 6)
    tone: "tint"

    Column {
        id: sheet

        x: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - 2 * x
        spacing: Theme.gap

        Column {
            width: parent.width

            Words {
                width: parent.width
                color: Theme.deep
                font.pixelSize: Theme.tile
                font.bold: true
                text: offer.title
            }

            Words {
                width: parent.width
                visible: !Theme.wide
                color: Theme.deep
                text: offer.why
            }
        }

        Row {
            width: parent.width
            spacing: Theme.gap

            SecondButton {
                objectName: "larger"
                width: Math.floor((parent.width - Theme.gap) / 2)
                height: Math.max(implicitHeight, refusal.implicitHeight)
                label: offer.yes
                onTapped: offer.accepted()
            }

            SecondButton {
                id: refusal

                objectName: "not_larger"
                width: Math.floor((parent.width - Theme.gap) / 2)
                height: Math.max(implicitHeight, parent.height)
                label: offer.no
                onTapped: offer.declined()
            }
        }
    }
}
