// What did not work: one touch notes it, with the page and the item.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Sheet {
    id: page

    required property PulseViewModel pulse
    required property DifficultyViewModel view

    title: view.title
    lead: view.why
    back: view.back
    onClosed: view.close()

    Paged {
        id: ways

        width: parent ? parent.width : 0
        height: Math.min(natural, page.room - (next.visible ? next.height + Theme.gap : 0))
        visible: page.view.ways.length > 0
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

    Flow {
        id: next

        readonly property int columns: Theme.large && !Theme.wide || page.view.complain === "" ? 1 : 2

        width: parent ? parent.width : 0
        visible: page.view.call !== ""
        spacing: Theme.gap

        SecondButton {
            objectName: "difficulty.call"
            width: (next.width - (next.columns - 1) * next.spacing) / next.columns
            icon: "hand-helping"
            label: page.view.call
            onTapped: page.view.callHelp()
        }

        SecondButton {
            objectName: "difficulty.complain"
            width: (next.width - (next.columns - 1) * next.spacing) / next.columns
            visible: label !== ""
            icon: "message-square"
            label: page.view.complain
            onTapped: page.view.openComplaint()
        }
    }

    Grid {
        id: reasons

        width: parent ? parent.width : 0
        visible: page.view.reasons.length > 0
        columns: Theme.wide ? 2 : 1
        spacing: Theme.gap

        Repeater {
            model: page.view.reasons

            RowButton {
                required property var modelData

                objectName: "difficulty." + modelData.reason
                width: (reasons.width - (reasons.columns - 1) * reasons.spacing) / reasons.columns
                title: modelData.label
                onTapped: page.view.report(modelData.reason)
            }
        }
    }
}
