// Typing with what fits: digits, identity numbers, letters, Pinyin, strokes, radicals, handwriting. Holds nothing when it goes.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: pad

    // One of journey.page.Pad, what is typed of it so far, and the language of the visit.
    property string kind: "digits"
    property string typed
    property string language
    // `typed` as people read it, for where the page has no room to show it; and whether all of it is hidden now.
    property string shown: typed
    property bool hidden: false
    // Low and wide: candidates stand in one row beside what is composed, the writing field beside them.
    readonly property bool flat: width > 2 * height
    readonly property bool beside: flat && composing.chooses && !composing.writes
    // Too low for two rows of candidates.
    readonly property bool tight: !flat && composing.chooses && height < ways.height + 4 * apart + 2 * grid.cellHeight + (composing.writes ? Theme.mm(60) + Theme.target : line.height + rows.least)
    readonly property real apart: Theme.wide ? Theme.mm(2.7) : Theme.gap
    readonly property string heard: hidden ? "" : composing.heard

    signal keyed(text: string)
    signal erased
    signal cleared
    // A finger was here: composing is no event of the journey, but nobody who types is away.
    signal touched

    function press(key: string) {
        pad.touched();
        composing.press(key);
    }

    Row {
        id: ways

        width: parent.width
        height: visible ? Math.max(Theme.target, Theme.mm(Theme.wide ? 13 : 16), Theme.body * 1.6) : 0
        visible: composing.ways.length > 0
        spacing: pad.apart

        Repeater {
            model: composing.ways

            InputKey {
                required property var modelData

                width: Math.floor((ways.width + ways.spacing) / composing.ways.length - ways.spacing)
                height: ways.height
                size: Theme.body
                what: modelData
                onTapped: pad.press(sends)
            }
        }
    }

    // What is composed, or what to do; on a page without room for the question, what is typed too.
    Item {
        id: line

        y: ways.height + (ways.visible ? pad.apart : 0)
        width: pad.beside ? Math.round(parent.width * 0.25) : parent.width
        height: pad.beside ? grid.cellHeight : Math.round(Theme.body * 1.4)
        visible: composing.chooses ? !composing.writes || (Theme.folded && !pad.flat) : Theme.folded && pad.height > y + height + pad.apart + rows.least
        opacity: pad.hidden ? 0 : 1

        Words {
            anchors.left: parent.left
            anchors.right: numbers.left
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.deep
            font.bold: true
            font.pixelSize: Theme.body
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.mm(4.9)
            wrapMode: Text.NoWrap
            text: pad.beside ? composing.spelled || pad.shown.slice(-4) : Theme.folded && pad.shown ? [pad.shown, composing.spelled].join("  ") : composing.spelled || composing.hint
        }

        Words {
            id: numbers

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.quiet
            font.pixelSize: Theme.caption
            wrapMode: Text.NoWrap
            text: pad.beside ? "" : composing.pages
        }
    }

    WritingField {
        id: field

        y: line.y + (line.visible ? line.height + pad.apart : 0)
        width: pad.flat ? Math.round(parent.width * 0.55) : pad.tight ? Math.round(parent.width * 0.68) : parent.width
        height: Math.max(Theme.mm(60), Math.min(Theme.mm(130), pad.flat ? pad.height - y : pad.height - y - grid.height - (pad.tight ? 0 : rows.height + pad.apart) - pad.apart))
        visible: composing.writes
        hidden: pad.hidden
        hint: composing.writeHere
        speech: composing.writeHere
        onBegan: pad.touched()
        onWrote: points => composing.wrote(points)
    }

    CandidateGrid {
        id: grid

        x: pad.beside ? line.width + pad.apart : composing.writes && pad.flat ? field.width + pad.apart : 0
        y: composing.writes ? (pad.flat ? field.y : field.y + field.height + pad.apart) : pad.beside || !line.visible ? line.y : line.y + line.height + pad.apart
        width: parent.width - x
        visible: composing.chooses
        opacity: pad.hidden ? 0 : 1
        oneRow: pad.beside || pad.tight
        candidates: composing.candidates
        turns: composing.turns
        most: composing.most
        cellHeight: Math.max(Theme.target, Theme.mm(composing.mode === "radical" && !pad.flat ? 22 : Theme.wide ? 13.4 : 18), Theme.tile * 1.35)
        onTapped: key => pad.press(key)
    }

    Item {
        id: narrow

        y: grid.y + grid.height + pad.apart
        width: parent.width
        height: Math.max(Theme.target, Theme.tile * 1.3)
        visible: composing.mode === "pinyin" && pad.height > y + height + pad.apart + rows.least

        Words {
            anchors.left: parent.left
            anchors.right: firsts.left
            anchors.rightMargin: Theme.gap
            anchors.verticalCenter: parent.verticalCenter
            visible: composing.narrow.length > 0
            color: Theme.quiet
            font.pixelSize: Theme.caption
            text: composing.narrowHint
        }

        Row {
            id: firsts

            anchors.right: parent.right
            spacing: pad.apart

            Repeater {
                model: composing.narrow

                InputKey {
                    required property var modelData

                    width: Math.max(Theme.target, Theme.mm(Theme.wide ? 14 : 20))
                    height: narrow.height
                    what: modelData
                    onTapped: pad.press(sends)
                }
            }
        }
    }

    KeyRows {
        id: rows

        x: !composing.writes ? 0 : pad.flat ? grid.x : pad.tight ? field.width + pad.apart : 0
        y: composing.writes && pad.tight ? field.y : narrow.visible ? narrow.y + narrow.height + pad.apart : grid.visible ? grid.y + grid.height + pad.apart : line.visible ? line.y + line.height + pad.apart : line.y
        width: parent.width - x
        spacing: longest > 5 ? Theme.mm(2.7) : Theme.gap
        room: composing.writes ? (pad.tight ? field.height : tallest) : pad.height - y
        stacked: composing.writes && pad.tight
        tallest: composing.writes ? Theme.mm(16) : composing.mode === "strokes" ? Theme.mm(30) : composing.mode === "radical" ? Theme.mm(18) : longest > 5 ? Theme.mm(24) : Theme.key
        rows: composing.rows
        onTapped: key => pad.press(key)
    }

    // Last, so that it goes after everything that looks at it.
    InputViewModel {
        id: composing

        kind: pad.kind
        already: pad.typed
        language: pad.language
        few: Theme.elder || pad.flat || pad.tight
        onTyped: text => pad.keyed(text)
        onErased: pad.erased()
        onCleared: pad.cleared()
        onUndone: field.undo()
        onWiped: field.wipe()
    }
}
