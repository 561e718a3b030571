// Letters, digits and the signs of an address; ten keys in a row, the wide ones below.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Flow {
    id: board

    required property TechnicianViewModel technician
    readonly property real keyWidth: Math.floor((width - 9 * spacing) / 10)
    readonly property int rows: Math.ceil(technician.keys.filter(key => key.name.startsWith("key.")).length / 10) + 1
    readonly property real keyHeight: Math.min(Theme.mm(20), (height - (rows - 1) * spacing) / rows)
    readonly property int wide: technician.keys.filter(key => !key.name.startsWith("key.")).length

    spacing: Theme.mm(2.6)

    Repeater {
        model: board.technician.keys.length

        PadKey {
            required property int index
            readonly property var part: board.technician.keys[index] ?? ({})

            objectName: part.name ?? ""
            width: quiet ? (board.width - (board.wide - 1) * board.spacing) / board.wide - 1 : board.keyWidth
            height: board.keyHeight
            size: Theme.body
            quiet: !objectName.startsWith("key.")
            icon: part.icon ?? ""
            label: part.label ?? ""
            onTapped: board.technician.act(objectName)
        }
    }
}
