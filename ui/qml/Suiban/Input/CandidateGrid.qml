// What may be meant: two rows, or one where the glass is low; the last place turns the page. Nothing moves when there are fewer.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Grid {
    id: grid

    property var candidates: []
    property var turns: []
    property int most: 9
    property bool oneRow: false
    property real cellHeight: Theme.mm(15)
    readonly property int cells: oneRow ? most + 2 : columns
    readonly property real cellWidth: Math.floor((width - (cells - 1) * spacing) / cells)

    signal tapped(key: string)

    columns: oneRow ? most + 1 : (most + 1) / 2
    spacing: Theme.mm(2.7)
    height: oneRow ? cellHeight : 2 * cellHeight + spacing

    Repeater {
        model: grid.most

        Item {
            id: place

            required property int index

            width: grid.cellWidth
            height: grid.cellHeight

            InputKey {
                anchors.fill: parent
                what: grid.candidates[place.index] ?? ({})
                onTapped: grid.tapped(sends)
            }
        }
    }

    Row {
        spacing: grid.spacing

        Repeater {
            model: grid.turns

            Item {
                id: half

                required property var modelData

                width: grid.oneRow ? grid.cellWidth : Math.floor((grid.cellWidth - grid.spacing) / 2)
                height: grid.cellHeight

                InputKey {
                    anchors.fill: parent
                    what: half.modelData
                    onTapped: grid.tapped(sends)
                }
            }
        }
    }
}
