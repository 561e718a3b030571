// Ten digits and two keys to take back.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Grid {
    id: pad

    required property TechnicianViewModel technician
    readonly property real keyWidth: (width - 2 * columnSpacing) / 3
    readonly property real keyHeight: Math.min(Theme.mm(30), (height - 3 * rowSpacing) / 4)

    columns: 3
    columnSpacing: Theme.gap
    rowSpacing: Theme.gap

    Repeater {
        model: ["key.1", "key.2", "key.3", "key.4", "key.5", "key.6", "key.7", "key.8", "key.9", "clear", "key.0", "erase"]

        PadKey {
            required property string modelData
            readonly property var part: pad.technician.keys.find(key => key.name === modelData) ?? ({})

            objectName: modelData
            width: pad.keyWidth
            height: pad.keyHeight
            quiet: !modelData.startsWith("key.")
            icon: part.icon ?? ""
            label: part.label ?? ""
            onTapped: pad.technician.act(modelData)
        }
    }
}
