// The way to a person: how the call stands, what they say, and whom to telephone.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Sheet {
    id: page

    required property PulseViewModel pulse
    required property HelpViewModel view

    title: view.title
    lead: view.why
    back: view.back
    onClosed: view.close()

    Paged {
        id: ways

        width: parent ? parent.width : 0
        height: Math.min(natural, page.room - (ends.visible ? ends.height + Theme.gap : 0) - (assist.visible ? assist.height + Theme.gap : 0))
        frame: page.frame
        model: page.view.ways

        delegate: Panel {
            id: way

            required property var modelData

            width: ways.width
            height: block.height + 2 * Theme.mm(Theme.wide ? 2.5 : 5)

            GuideBlock {
                id: block

                x: Theme.pad
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - 2 * Theme.pad
                strong: true
                icon: way.modelData.icon
                label: way.modelData.label
                text: way.modelData.value
            }
        }
    }

    SecondButton {
        id: assist

        objectName: "assist"
        width: parent ? parent.width : 0
        visible: page.view.assist !== ""
        icon: "id-card"
        label: page.view.assist
        onTapped: page.view.openAssist()
    }

    Row {
        id: ends

        width: parent ? parent.width : 0
        visible: page.view.solved !== ""
        spacing: Theme.gap

        SecondButton {
            objectName: "solved"
            width: (ends.width - ends.spacing) / 2
            icon: "circle-check"
            label: page.view.solved
            onTapped: page.view.end("solved")
        }

        SecondButton {
            objectName: "unsolved"
            width: (ends.width - ends.spacing) / 2
            icon: "circle-help"
            label: page.view.unsolved
            onTapped: page.view.end("unsolved")
        }
    }
}
