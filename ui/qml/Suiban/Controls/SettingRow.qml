// One thing that can be set, and between what: each choice shows what it does.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Column {
    id: setting

    required property string row
    required property string label
    required property var choices
    readonly property int columns: Theme.large && !Theme.wide && choices.length > 3 ? 2 : choices.length
    readonly property real part: Math.floor((width - (columns - 1) * Theme.gap) / columns)

    signal chosen(value: string)

    spacing: Theme.mm(2)

    Words {
        width: parent.width
        font.bold: true
        text: setting.label
    }

    Grid {
        columns: setting.columns
        spacing: Theme.gap

        Repeater {
            model: setting.choices

            SettingChoice {
                required property var modelData

                objectName: "set." + setting.row + "." + modelData.value
                width: setting.part
                label: modelData.label
                speech: [setting.label, modelData.label].join("\n")
                held: modelData.chosen
                sample: modelData.sample
                onTapped: setting.chosen(modelData.value)
            }
        }
    }
}
