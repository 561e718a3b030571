// The head of an inner page: what is being done, another language, the way out.
import QtQuick
import Suiban

Rectangle {
    id: header

    required property FrameViewModel frame
    required property real edge

    height: Math.max(Theme.header, title.implicitHeight + Theme.mm(2), actions.height + Theme.gap)
    color: Theme.band

    Words {
        id: title

        anchors.left: parent.left
        anchors.leftMargin: header.edge
        anchors.verticalCenter: parent.verticalCenter
        width: header.width - 2 * header.edge - actions.width - Theme.gutter
        color: Theme.bandInk
        font.pixelSize: Theme.folded ? Theme.small : Theme.caption
        text: header.frame.header
    }

    Row {
        id: actions

        anchors.right: parent.right
        anchors.rightMargin: header.edge
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.mm(3)

        LanguageChips {
            frame: header.frame
        }

        Chip {
            objectName: "leave"
            visible: header.frame.canLeave
            icon: "log-out"
            label: header.frame.leave
            onTapped: header.frame.quit()
        }
    }
}
