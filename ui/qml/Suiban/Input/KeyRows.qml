// Rows of keys as wide as the pad; where a row's keys would be too small for a finger they stand in more rows.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Column {
    id: pad

    property var rows: []
    property real room: 0
    property real tallest: Theme.key
    property bool stacked: false
    readonly property real longest: longestOf(rows)
    readonly property int most: Math.max(1, Math.floor((width + spacing) / (Theme.target + spacing)))
    readonly property int fits: Math.floor((room + spacing) / (Theme.target + spacing))
    // Where there is no room for a row that only clears, erasing does.
    readonly property var laid: stacked ? inRowsOf(1) : reflowed ? inRowsOf(most) : rows.length > fits && rows.length > 1 && rows[rows.length - 1].length === 1 ? Array.from(rows).slice(0, -1) : rows
    readonly property bool reflowed: longest > most || (longest > 5 && rows.length > fits)
    readonly property real widest: longestOf(laid)
    // As low as a finger allows.
    readonly property real least: rows.length * (Theme.target + spacing)
    readonly property real keyHeight: Math.max(Theme.target, Math.min(tallest, (room - (laid.length - 1) * spacing) / Math.max(1, laid.length)))

    signal tapped(key: string)

    function weightOf(row: var): real {
        let sum = 0;
        for (const key of row)
            sum += key.weight;
        return sum;
    }

    function longestOf(some: var): real {
        let longest = 1;
        for (const row of some)
            longest = Math.max(longest, weightOf(row));
        return longest;
    }

    function inRowsOf(count: int): var {
        const chunks = [[]];
        for (const row of rows) {
            for (const key of row) {
                const weight = key.quiet && longest <= most ? 2 : 1;
                if (weightOf(chunks[chunks.length - 1]) + weight > count)
                    chunks.push([]);
                chunks[chunks.length - 1].push(Object.assign({}, key, {
                    weight: weight
                }));
            }
        }
        return chunks;
    }

    spacing: Theme.gap

    Repeater {
        model: pad.laid

        Row {
            id: row

            required property var modelData
            required property int index
            readonly property real unit: (pad.width + pad.spacing) / (!pad.reflowed && index === pad.laid.length - 1 || pad.weightOf(modelData) > pad.widest - 0.6 ? pad.weightOf(modelData) : pad.widest)

            x: Math.max(0, (pad.width - width) / 2)
            spacing: pad.spacing

            Repeater {
                model: row.modelData

                InputKey {
                    required property var modelData

                    width: Math.floor(row.unit * modelData.weight - pad.spacing)
                    height: pad.keyHeight
                    size: height > Theme.mm(25) ? Theme.title : Theme.tile
                    what: modelData
                    onTapped: pad.tapped(sends)
                }
            }
        }
    }
}
