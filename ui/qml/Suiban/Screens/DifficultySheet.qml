// What did not work: one touch notes it, with the page and the item.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Sheet {
    id: page

    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property DifficultyViewModel view

    title: view.title
    lead: view.why
    back: view.back
    onClosed: view.close()

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
