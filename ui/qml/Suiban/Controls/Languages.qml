// The languages of this terminal; on an inner page only those that are not spoken now.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Row {
    id: languages

    required property FrameViewModel frame
    property bool others: false

    spacing: Theme.mm(3)

    Repeater {
        model: languages.frame.languages

        Chip {
            required property var modelData

            objectName: "language." + modelData.tag
            visible: !(languages.others && modelData.chosen)
            label: modelData.label
            chosen: modelData.chosen && !languages.frame.night
            night: languages.frame.night
            onTapped: languages.frame.choose(modelData.tag)
        }
    }
}
