// What may be meant: two rows, the last place turns the page. Nothing moves when there are fewer.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Grid {
    id: grid

    property var candidates: []
    property var turns: []
    property int most: 9
    property real cellHeight: Theme.mm(15)
    readonly property real cellWidth: Math.floor((width - (columns - 1) * spacing) / columns)

    signal tapped(key: string)

    columns: (most + 1) / 2
    spacing: Theme.mm(2.7)
    height: 2 * cellHeight + spacing

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
        spacing: Theme.mm(2.7)

        Repeater {
            model: grid.turns

            Item {
                id: half

                required property var modelData

                width: Math.floor((grid.cellWidth - Theme.mm(2.7)) / 2)
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
