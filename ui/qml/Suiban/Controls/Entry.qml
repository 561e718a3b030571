// What has been typed so far, and what is still missing.
import QtQuick
import Suiban

Rectangle {
    id: entry

    property string text
    property string placeholder
    property string missing
    property string icon
    property bool complete: false
    readonly property string speech: [text || placeholder, missing].filter(line => line !== "").join("\n")
    readonly property string echo: text
    property int size: Theme.title

    implicitHeight: Math.max(Theme.mm(Theme.wide ? 18 : 26), Math.max(typed.implicitHeight, rest.implicitHeight) + Theme.gap)
    radius: Theme.radius
    color: Theme.card
    border.width: Theme.heavyLine
    border.color: Theme.primary

    Icon {
        id: mark

        anchors.left: parent.left
        anchors.leftMargin: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.icon
        height: width
        visible: entry.icon !== ""
        name: entry.icon
        tint: "quiet"
    }

    Words {
        id: typed

        anchors.left: mark.visible ? mark.right : parent.left
        anchors.leftMargin: mark.visible ? Theme.gap : Theme.pad
        anchors.right: rest.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        color: entry.text ? Theme.text : Theme.quiet
        font.pixelSize: entry.text ? entry.size : Theme.body
        font.letterSpacing: entry.text ? Theme.mm(0.4) : 0
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.small
        text: entry.text ? entry.text : entry.placeholder
    }

    Words {
        id: rest

        anchors.right: parent.right
        anchors.rightMargin: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, entry.width * 0.36)
        color: entry.complete ? Theme.good : Theme.quiet
        font.pixelSize: Theme.caption
        font.bold: entry.complete
        horizontalAlignment: Text.AlignRight
        text: entry.missing
    }
}
