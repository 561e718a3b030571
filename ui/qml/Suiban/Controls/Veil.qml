// Personal details are hidden; the first touch only shows them again.
import QtQuick
import Suiban

MouseArea {
    id: veil

    required property FrameViewModel frame
    readonly property string spoken: frame.hiddenTitle
    readonly property string speech: frame.hiddenShow
    readonly property bool acts: true

    function activate() {
        veil.frame.touched();
    }

    objectName: "veil"

    Accessible.role: Accessible.Button
    Accessible.name: frame.hiddenShow
    Accessible.onPressAction: veil.frame.touched()

    onClicked: veil.frame.touched()

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Math.max(Theme.mm(Theme.wide ? 48 : Theme.large ? 108 : 88), words.height + 2 * Theme.gap)
        color: Theme.band

        Row {
            id: words

            anchors.centerIn: parent
            spacing: Theme.pad

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                width: Theme.mm(16)
                height: width
                name: "eye-off"
                tint: "band"
            }

            Column {
                anchors.verticalCenter: parent.verticalCenter

                Words {
                    width: Math.min(implicitWidth, veil.width - Theme.mm(60))
                    color: Theme.bandInk
                    font.pixelSize: Theme.tile
                    font.bold: true
                    text: veil.frame.hiddenTitle
                }

                Words {
                    width: Math.min(implicitWidth, veil.width - Theme.mm(60))
                    color: Theme.bandQuiet
                    text: veil.frame.hiddenShow
                }
            }
        }
    }
}
