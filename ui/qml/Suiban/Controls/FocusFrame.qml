// Where the five keys are: a frame of two colours, so that it stands out from any ground.
import QtQuick
import Suiban

Item {
    id: frame

    required property FocusViewModel at
    readonly property int thick: Math.max(3, Theme.mm(1))

    x: at.rect.x - 2 * thick
    y: at.rect.y - 2 * thick
    width: at.rect.width + 4 * thick
    height: at.rect.height + 4 * thick
    visible: at.shown

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: "transparent"
        border.width: 2 * frame.thick
        border.color: Theme.focusDark
    }

    Rectangle {
        anchors.fill: parent
        anchors.margins: frame.thick
        radius: Theme.radius
        color: "transparent"
        border.width: frame.thick
        border.color: Theme.focusLight
    }
}
