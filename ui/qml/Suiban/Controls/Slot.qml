// One page of the list in Main: there while it is shown, destroyed when it is left, so typed text cannot survive.
import QtQuick
import Suiban

Loader {
    id: slot

    required property string page
    required property string shown
    required property string file
    required property QtObject view
    required property FrameViewModel frame
    required property PulseViewModel pulse
    readonly property bool here: page === shown

    function settle() {
        if (here)
            setSource(Qt.resolvedUrl("../Screens/" + file + ".qml"), {
                view: slot.view,
                frame: slot.frame,
                pulse: slot.pulse
            });
        else
            source = "";
    }

    LayoutMirroring.enabled: Theme.mirrored
    LayoutMirroring.childrenInherit: true
    anchors.fill: parent
    anchors.topMargin: Theme.above
    anchors.bottomMargin: Theme.below
    onHereChanged: settle()
    // The first page of a visit is there with the first frame: nothing comes from anywhere.
    onLoaded: if (!Theme.still && page !== "attract")
        arrive.restart()
    Component.onCompleted: settle()

    NumberAnimation {
        id: arrive

        target: slot.item
        property: "opacity"
        from: 0
        to: 1
        duration: Theme.quick
    }
}
