// Anything a finger can mean. It counts when the finger leaves it where it came down.
import QtQuick

Item {
    id: area

    property string label
    readonly property bool pressed: finger.pressed && enabled

    signal tapped

    Accessible.role: Accessible.Button
    Accessible.name: label
    Accessible.onPressAction: area.tapped()

    MouseArea {
        id: finger

        anchors.fill: parent
        onClicked: area.tapped()
    }
}
