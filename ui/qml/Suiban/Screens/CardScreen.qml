// Waits for a card, and shows where it goes.
import QtQuick
import Suiban

PageFrame {
    id: page

    required property CardViewModel view

    title: view.title
    lead: view.why
    spoken: [view.title, view.why, view.trouble, view.troubleWhy, view.how].filter(line => line !== "").join("\n")
    aside: Notice {
        width: parent ? parent.width : 0
        visible: text !== ""
        title: page.view.trouble
        text: page.view.troubleWhy
    }

    Panel {
        id: stage

        width: parent.width
        height: page.room - (skip.visible ? skip.height + Theme.pad : 0) - (without.visible ? without.height + Theme.pad : 0)

        CardHint {
            id: hint

            anchors.horizontalCenter: parent.horizontalCenter
            y: Math.max(Theme.gap, (parent.height - height - how.height - Theme.pad) / 2)
            height: Math.min(Theme.mm(120), parent.height - how.height - Theme.pad - 2 * Theme.gap)
            width: height * 1.3
            label: page.view.hint
        }

        Words {
            id: how

            anchors.horizontalCenter: parent.horizontalCenter
            anchors.top: hint.bottom
            anchors.topMargin: Theme.pad
            width: parent.width - 2 * Theme.pad
            horizontalAlignment: Text.AlignHCenter
            text: page.view.how
        }
    }

    SecondButton {
        id: skip

        objectName: "skip"
        anchors.bottom: parent.bottom
        width: parent.width
        visible: label !== ""
        label: page.view.skip
        note: page.view.skipWhy
        onTapped: page.view.skipCard()
    }

    Words {
        id: without

        anchors.bottom: parent.bottom
        width: parent.width
        visible: !skip.visible
        color: Theme.quiet
        font.pixelSize: Theme.caption
        text: page.view.skipWhy
    }
}
