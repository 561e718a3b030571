// The card is still on the reader; nothing else can happen before it is taken.
import QtQuick
import Suiban

Rectangle {
    id: page

    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property TakeCardViewModel view
    readonly property string spoken: [view.title, view.why].filter(line => line !== "").join("\n")

    color: Theme.attentionTint

    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, Theme.columnWidth)
        spacing: Theme.pad

        CardHint {
            anchors.horizontalCenter: parent.horizontalCenter
            width: height * 1.3
            height: Theme.mm(Theme.wide ? 70 : 120)
            leaving: true
            label: page.view.title
        }

        Words {
            width: parent.width
            color: Theme.attention
            font.pixelSize: Theme.display
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            text: page.view.title
        }

        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: page.view.why
        }
    }

    Whom {
        frame: page.frame
    }
}
