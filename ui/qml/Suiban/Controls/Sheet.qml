// A sheet over the page: the page stays where it was, and one wide button leads back to it.
import QtQuick
import Suiban

Item {
    id: sheet

    required property string title
    required property string lead
    required property string back
    required property FrameViewModel frame
    readonly property string spoken: [title, lead].filter(line => line !== "").join("\n")
    default property alias content: body.data
    // What the entries of the sheet may take; more is paged.
    readonly property real room: height - head.y - head.height - Theme.pad - button.implicitHeight - whom.implicitHeight - Theme.mm(Theme.wide ? 14 : 27)

    signal closed

    MouseArea {
        anchors.fill: parent
    }

    Rectangle {
        anchors.fill: parent
        opacity: 0.62
        color: Theme.night
    }

    Rectangle {
        id: paper

        readonly property real column: Math.min(sheet.width - 2 * Theme.margin, Theme.columnWidth)

        anchors.horizontalCenter: parent.horizontalCenter
        y: parent.height - height
        width: Theme.wide ? column + 2 * Theme.margin : parent.width
        height: whom.y + whom.implicitHeight + Theme.mm(Theme.wide ? 2 : 4) + radius
        radius: Theme.mm(8)
        color: Theme.page
        transform: Translate {
            y: paper.radius
        }

        Column {
            id: head

            x: (paper.width - width) / 2
            y: Theme.mm(Theme.wide ? 8 : 14)
            width: paper.column
            spacing: Theme.mm(2)

            Words {
                width: parent.width
                font.pixelSize: Theme.title
                font.bold: true
                text: sheet.title
            }

            Words {
                width: parent.width
                color: Theme.quiet
                font.pixelSize: Theme.folded ? Theme.small : Theme.body
                text: sheet.lead
            }
        }

        Column {
            id: body

            x: head.x
            anchors.top: head.bottom
            anchors.topMargin: Theme.pad
            width: paper.column
            spacing: Theme.gap
        }

        MainButton {
            id: button

            objectName: "close"
            x: head.x
            anchors.top: body.bottom
            anchors.topMargin: body.height > 0 ? Theme.mm(Theme.wide ? 5 : 10) : 0
            width: paper.column
            icon: "arrow-left"
            iconFirst: true
            label: sheet.back
            onTapped: sheet.closed()
        }

        Words {
            id: whom

            x: head.x
            anchors.top: button.bottom
            anchors.topMargin: Theme.mm(Theme.wide ? 2 : 4)
            width: paper.column
            color: Theme.quiet
            font.pixelSize: Theme.small
            horizontalAlignment: Text.AlignHCenter
            text: sheet.frame.whom
        }
    }
}
