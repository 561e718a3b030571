// How the screen looks for this visit: a touch holds at once, and the page below stays what it was.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Sheet {
    id: page

    required property PulseViewModel pulse
    required property DisplayViewModel view

    title: view.title
    lead: view.why
    back: view.back
    onClosed: view.close()

    Paged {
        id: rows

        width: parent ? parent.width : 0
        height: Math.min(natural, page.room)
        spacing: Theme.pad
        frame: page.frame
        model: page.view.rows

        delegate: SettingRow {
            required property var modelData

            width: rows.width
            row: modelData.key
            label: modelData.label
            choices: modelData.choices
            onChosen: value => page.view.choose(row, value)
        }
    }
}
