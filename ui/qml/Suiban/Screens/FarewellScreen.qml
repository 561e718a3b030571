// The last page: what to take along, and that nothing stays here.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Rectangle {
    id: page

    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property FarewellViewModel view
    readonly property string spoken: [view.title, ...view.lines, view.touch].filter(line => line !== "").join("\n")

    color: Theme.page

    Backdrop {
        objectName: "farewell"
        anchors.fill: parent
        enabled: page.view.touch !== ""
        label: page.view.touch
        onTapped: page.view.finish()
    }

    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, Theme.columnWidth)
        spacing: Theme.pad

        CardHint {
            anchors.horizontalCenter: parent.horizontalCenter
            width: height * 1.3
            height: Theme.mm(Theme.wide ? 60 : 100)
            visible: page.view.takeCard
            leaving: true
            label: page.view.title
        }

        Badge {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Theme.mm(Theme.wide ? 36 : 50)
            height: width
            radius: width / 2
            visible: !page.view.takeCard
            color: Theme.goodTint
            name: "check"
            tint: "good"
        }

        Words {
            width: parent.width
            font.pixelSize: Theme.display
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            text: page.view.title
        }

        Repeater {
            model: page.view.lines

            Words {
                required property string modelData

                width: parent ? parent.width : 0
                color: Theme.quiet
                horizontalAlignment: Text.AlignHCenter
                text: modelData
            }
        }
    }

    Words {
        x: Theme.margin
        y: whom.y - height - Theme.mm(Theme.wide ? 3 : 14)
        width: parent.width - 2 * Theme.margin
        color: Theme.primary
        font.bold: true
        horizontalAlignment: Text.AlignHCenter
        text: page.view.touch
    }

    Whom {
        id: whom

        frame: page.frame
    }
}
