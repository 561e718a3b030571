// Anything a finger can mean. It counts when the finger leaves it where it came down.
import QtQuick

Item {
    id: area

    property string label
    // What the voice calls it; with it the five keys come here. They go by rank, then by the order of the file: what is
    // asked, the main button, the second ones, help, the header.
    property string speech: label
    property int rank: 0
    readonly property bool acts: true
    readonly property bool pressed: finger.pressed && enabled

    signal tapped

    function activate() {
        area.tapped();
    }

    Accessible.role: Accessible.Button
    Accessible.name: label
    Accessible.onPressAction: area.tapped()

    MouseArea {
        id: finger

        anchors.fill: parent
        onClicked: area.tapped()
    }
}
