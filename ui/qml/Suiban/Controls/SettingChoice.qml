// One choice of a setting, in the size or the colours it stands for; the one that holds is ticked and framed.
import QtQuick
import Suiban

Touchable {
    id: choice

    property bool held: false
    readonly property bool chosen: held
    property string sample
    readonly property var colours: ({
            "contrast.standard": ["#FFFFFF", "#14213D"],
            "contrast.dark": ["#0D1526", "#F2F5FA"],
            "contrast.black_white": ["#000000", "#FFFFFF"],
            "contrast.black_yellow": ["#000000", "#FFE600"]
        })[sample] ?? [held ? Theme.tint : Theme.card, held ? Theme.deep : Theme.text]
    readonly property real sampleSize: ({
            "size.1": 5.8,
            "size.2": 6.7,
            "size.3": 8.9,
            "size.4": 11.8
        })[sample] ?? 0

    implicitHeight: Math.max(Theme.mm(Theme.wide ? 15 : 20), Theme.target, words.implicitHeight + Theme.gap)

    Accessible.role: Accessible.RadioButton
    Accessible.checked: held

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: choice.pressed ? Theme.tintPressed : choice.colours[0]
        border.width: choice.held ? 2 * Theme.heavyLine : Theme.line
        border.color: choice.held ? Theme.primary : Theme.edge
    }

    Rectangle {
        id: tick

        anchors.left: parent.left
        anchors.leftMargin: Theme.mm(3)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(8)
        height: width
        radius: width / 2
        visible: choice.held
        color: Theme.primary

        Icon {
            anchors.centerIn: parent
            width: Theme.mm(5.5)
            height: width
            name: "check"
            tint: "white"
        }
    }

    Words {
        id: words

        readonly property real free: choice.width - 2 * (choice.held ? Theme.mm(13) : Theme.mm(3))

        anchors.centerIn: parent
        anchors.horizontalCenterOffset: choice.held && implicitWidth > free ? Theme.mm(5) : 0
        width: Math.min(implicitWidth, choice.held ? choice.width - Theme.mm(15) : free)
        color: choice.pressed ? Theme.deep : choice.colours[1]
        font.pixelSize: choice.sampleSize > 0 ? Math.max(Theme.mm(choice.sampleSize), Theme.small) : Theme.body
        font.bold: choice.held
        horizontalAlignment: Text.AlignHCenter
        text: choice.label
    }
}
