// Where the five keys are: a frame of two colours, so that it stands out from any ground.
import QtQuick
import Suiban

Item {
    id: frame

    required property FocusViewModel focus
    readonly property int thick: Math.max(3, Theme.mm(1))

    x: focus.rect.x - 2 * thick
    y: focus.rect.y - 2 * thick
    width: focus.rect.width + 4 * thick
    height: focus.rect.height + 4 * thick
    visible: focus.shown

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
