// A drawing on its tinted ground.
import QtQuick
import Suiban

Rectangle {
    property alias name: icon.name
    property alias tint: icon.tint
    property real part: 0.56

    implicitWidth: Theme.mm(Theme.wide ? 14 : 18)
    implicitHeight: implicitWidth
    radius: Theme.mm(4)
    color: Theme.tint
    border.width: Theme.tintLine
    border.color: Theme.edge

    Icon {
        id: icon

        anchors.centerIn: parent
        width: Math.round(parent.width * parent.part)
        height: width
    }
}
