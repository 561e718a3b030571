// A label and what stands beside it; what is masked is shown whole while it is held, for 5 s at most.
import QtQuick
import Suiban

Item {
    id: fact

    property string label
    property string value
    property string whole
    property string hold
    property bool held: false
    readonly property string speech: [label, value].filter(line => line !== "").join("\n")
    // For headphones only.
    readonly property string whisper: whole === "" ? "" : [label, whole].filter(line => line !== "").join("\n")
    readonly property bool acts: whole !== ""

    function activate() {
        held = true;
        ended.restart();
    }

    implicitHeight: words.height

    Column {
        id: words

        width: parent.width - (eye.visible ? eye.width + Theme.gap : 0)

        Words {
            width: parent.width
            color: Theme.quiet
            font.pixelSize: Theme.small
            text: fact.label
        }

        Words {
            width: parent.width
            font.bold: true
            text: fact.held && fact.whole !== "" ? fact.whole : fact.value
        }
    }

    Rectangle {
        id: eye

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        width: Math.max(Theme.mm(16), Theme.target)
        height: width
        radius: Theme.radius
        visible: fact.whole !== ""
        color: finger.pressed ? Theme.tintPressed : Theme.card
        border.width: Theme.line
        border.color: Theme.edge

        Accessible.role: Accessible.Button
        Accessible.name: fact.hold

        Icon {
            anchors.centerIn: parent
            width: Theme.icon
            height: width
            name: "eye"
        }

        MouseArea {
            id: finger

            anchors.fill: parent
            onPressed: {
                fact.held = true;
                ended.restart();
            }
            onReleased: fact.held = false
            onCanceled: fact.held = false
        }
    }

    Timer {
        id: ended

        interval: 5000
        onTriggered: fact.held = false
    }
}
