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
    readonly property alias keys: composing

    signal keyed(text: string)
    signal erased
    signal cleared
    // A finger was here: composing is no event of the journey, but nobody who types is away.
    signal touched

    function press(key: string) {
        pad.touched();
        composing.press(key);
    }

    Column {
        id: column

        readonly property real cell: Math.max(Theme.target, Theme.mm(composing.mode === "radical" ? 22 : Theme.wide ? 15 : 18), Theme.tile * 1.35)

        width: parent.width
        spacing: Theme.gap

        Row {
            id: ways

            width: parent.width
            height: visible ? Math.max(Theme.target, Theme.mm(Theme.wide ? 13 : 16), Theme.body * 1.6) : 0
            visible: composing.ways.length > 0
            spacing: Theme.mm(3)

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

        Item {
            id: line

            width: parent.width
            height: Math.round(Theme.body * 1.4)
            visible: (composing.chooses && !composing.writes) || Theme.folded
            opacity: pad.hidden ? 0 : 1

            Words {
                anchors.left: parent.left
                anchors.right: numbers.left
                anchors.verticalCenter: parent.verticalCenter
                color: Theme.deep
                font.bold: true
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Theme.mm(4.9)
                wrapMode: Text.NoWrap
                text: Theme.folded && pad.shown ? [pad.shown, composing.spelled].join("  ") : composing.spelled || composing.hint
            }

            Words {
                id: numbers

                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                color: Theme.quiet
                font.pixelSize: Theme.caption
                wrapMode: Text.NoWrap
                text: composing.pages
            }
        }

        WritingField {
            id: field

            width: parent.width
            height: Math.max(Theme.mm(60), pad.height - ways.height - (line.visible ? line.height + Theme.gap : 0) - grid.height - rows.height - 3 * Theme.gap)
            visible: composing.writes
            hidden: pad.hidden
            hint: composing.writeHere
            speech: composing.writeHere
            onBegan: pad.touched()
            onWrote: points => composing.wrote(points)
        }

        CandidateGrid {
            id: grid

            width: parent.width
            visible: composing.chooses
            opacity: pad.hidden ? 0 : 1
            candidates: composing.candidates
            turns: composing.turns
            most: composing.most
            cellHeight: column.cell
            onTapped: key => pad.press(key)
        }

        Item {
            id: narrow

            width: parent.width
            height: Math.max(Theme.target, Theme.tile * 1.3)
            visible: composing.mode === "pinyin" && pad.height > Theme.mm(Theme.elder ? 190 : 130)

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
                spacing: Theme.mm(3)

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

            width: parent.width
            spacing: longest > 5 ? Theme.mm(2.7) : Theme.gap
            room: pad.height - y
            tallest: composing.writes ? Theme.mm(16) : rows.longest > 5 ? Theme.mm(24) : composing.mode === "strokes" ? Theme.mm(28) : composing.mode === "radical" ? Theme.mm(18) : Theme.key
            rows: composing.rows
            onTapped: key => pad.press(key)
        }
    }

    // Last, so that it goes after everything that looks at it.
    InputViewModel {
        id: composing

        kind: pad.kind
        already: pad.typed
        language: pad.language
        few: Theme.elder
        onTyped: text => pad.keyed(text)
        onErased: pad.erased()
        onCleared: pad.cleared()
        onUndone: field.undo()
        onWiped: field.wipe()
    }
}
