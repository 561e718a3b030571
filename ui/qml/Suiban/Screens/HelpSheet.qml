// The way to a person. It calls nobody by itself, and says so.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Sheet {
    id: page

    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property HelpViewModel view

    title: view.title
    lead: view.why
    back: view.back
    onClosed: view.close()

    Paged {
        id: ways

        width: parent ? parent.width : 0
        height: Math.min(natural, page.room)
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
}
