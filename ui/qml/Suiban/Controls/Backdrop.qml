// A page that is one touch: the attract screen and the farewell.
import QtQuick

MouseArea {
    id: backdrop

    property string label
    property string speech: label
    property int rank: 0
    readonly property bool acts: true

    signal tapped

    function activate() {
        backdrop.tapped();
    }

    Accessible.role: Accessible.Button
    Accessible.name: label
    Accessible.onPressAction: backdrop.tapped()

    onClicked: backdrop.tapped()
}
