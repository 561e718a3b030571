// The doors that lead somewhere today: the card first, then search, doors, and what people often come for.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: page

    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property HomeViewModel view
    readonly property string spoken: [view.card, view.trouble || view.cardWhy].filter(line => line !== "").join("\n")
    readonly property real column: Math.min(width - 2 * Theme.margin, Theme.columnWidth)
    readonly property real edge: Math.round((width - column) / 2)
    readonly property real half: Math.round((column - 2 * Theme.gutter) / 2)

    Rectangle {
        id: sky

        width: parent.width
        height: Theme.wide ? head.y + head.height + Theme.gap : card.y + card.height * 0.42
        color: Theme.band
    }

    Item {
        id: head

        x: page.edge
        y: Theme.mm(Theme.wide ? 4 : Theme.large ? 7 : 11)
        width: page.column
        height: Math.max(names.height, actions.height)

        Column {
            id: names

            anchors.verticalCenter: parent.verticalCenter
            anchors.left: parent.left
            width: parent.width - actions.width - Theme.gutter
            spacing: Theme.mm(1)

            Words {
                width: parent.width
                color: Theme.bandInk
                font.pixelSize: Theme.wide ? Theme.tile : Theme.title
                font.bold: true
                text: page.view.hall
            }

            Words {
                width: parent.width
                color: Theme.bandQuiet
                visible: !Theme.folded
                font.pixelSize: Theme.caption
                text: page.view.live
            }
        }

        Row {
            id: actions

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.mm(3)

            LanguageChips {
                frame: page.frame
            }

            Chip {
                objectName: "leave"
                icon: "log-out"
                label: page.frame.leave
                onTapped: page.frame.quit()
            }
        }
    }

    Panel {
        id: card

        x: page.edge
        y: head.y + head.height + (Theme.wide ? Theme.gap * (Theme.folded ? 1 : 2.4) : Theme.mm(Theme.large ? 5 : 9))
        width: Theme.wide ? page.half : page.column
        height: Math.max(Theme.mm(Theme.wide || Theme.folded ? 30 : 46), cardWords.height + 2 * Theme.gap)
        tone: page.view.trouble ? "attention" : "plain"

        Badge {
            id: badge

            anchors.left: parent.left
            anchors.leftMargin: Theme.pad
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.mm(Theme.wide ? 18 : 26)
            height: width
            radius: width / 2
            name: page.view.trouble ? "triangle-alert" : "id-card"
            tint: page.view.trouble ? "attention" : "primary"
        }

        Column {
            id: cardWords

            anchors.left: badge.right
            anchors.leftMargin: Theme.pad
            anchors.right: parent.right
            anchors.rightMargin: Theme.pad
            anchors.verticalCenter: parent.verticalCenter

            Words {
                width: parent.width
                font.pixelSize: Theme.folded ? Theme.body : Theme.tile
                font.bold: true
                text: page.view.card
            }

            Words {
                width: parent.width
                visible: page.view.trouble !== "" || !Theme.folded
                color: page.view.trouble ? Theme.attention : Theme.quiet
                font.pixelSize: Theme.caption
                font.bold: page.view.trouble !== ""
                text: page.view.trouble ? page.view.trouble : page.view.cardWhy
            }
        }
    }

    Touchable {
        id: search

        objectName: "search"
        x: page.edge
        y: card.y + card.height + Theme.pad
        width: card.width
        height: Math.max(Theme.target, Theme.mm(Theme.wide ? 18 : 24), searchWords.height + Theme.gap)
        label: page.view.search
        onTapped: page.view.openSearch()

        Rectangle {
            anchors.fill: parent
            radius: height / 2
            color: search.pressed ? Theme.tint : Theme.card
            border.width: Theme.heavyLine
            border.color: Theme.primary
        }

        Icon {
            id: glass

            anchors.left: parent.left
            anchors.leftMargin: Theme.pad
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.icon
            height: width
            name: "search"
            tint: "primary"
        }

        Words {
            id: searchWords

            anchors.left: glass.right
            anchors.leftMargin: Theme.gap
            anchors.right: parent.right
            anchors.rightMargin: Theme.pad
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.quiet
            text: page.view.search
        }
    }

    Paged {
        id: doors

        readonly property int columns: Theme.wide || Theme.large ? 1 : 2
        // More than four rows of tall tiles would leave no room for what people often come for.
        readonly property bool many: page.view.doors.length > 8
        readonly property var pairs: {
            const found = page.view.doors;
            const rows = [];
            for (let at = 0; at < found.length; at += columns)
                rows.push(found.slice(at, at + columns));
            return rows;
        }

        x: Theme.wide ? page.edge + page.half + 2 * Theme.gutter : page.edge
        y: Theme.wide ? card.y : search.y + search.height + Theme.pad
        width: Theme.wide ? page.half : page.column
        height: Math.min(natural, foot.y - y - Theme.gap)
        spacing: Theme.wide ? Theme.gap : Theme.gutter
        frame: page.frame
        model: pairs

        delegate: Row {
            id: pair

            required property var modelData
            readonly property bool alone: modelData.length < 2
            readonly property real tall: {
                let most = 0;
                for (let at = 0; at < tiles.count; at++)
                    most = Math.max(most, (tiles.itemAt(at) as Tile)?.implicitHeight ?? 0);
                return Math.max(most, Theme.mm(Theme.wide ? 26 : doors.columns === 1 ? 40 : doors.many ? 29 : alone ? 34 : 54));
            }

            spacing: doors.spacing

            Repeater {
                id: tiles

                model: pair.modelData

                Tile {
                    required property var modelData

                    objectName: "door." + modelData.door
                    width: pair.alone ? doors.width : Math.floor((doors.width - doors.spacing) / 2)
                    height: pair.tall
                    flat: pair.alone || doors.many
                    first: modelData.first
                    icon: modelData.icon
                    title: modelData.title
                    note: modelData.why
                    onTapped: page.view.enter(modelData.door)
                }
            }
        }
    }

    Words {
        id: often

        x: Theme.wide ? search.x : page.edge
        y: (Theme.wide ? search.y + search.height : doors.y + doors.height) + Theme.mm(Theme.wide ? 4 : 7)
        visible: list.fits
        font.bold: true
        text: page.view.popularTitle
    }

    Paged {
        id: list

        x: often.x
        y: often.y + often.height + Theme.mm(Theme.wide ? 1 : 3)
        width: Theme.wide ? page.half : page.column
        height: Math.max(0, foot.y - y - Theme.gap)
        opacity: fits ? 1 : 0
        enabled: fits
        firstOnly: true
        frame: page.frame
        spacing: Theme.gap
        model: {
            const found = page.view.popular;
            const rows = [];
            for (let at = 0; at < found.length; at += doors.columns)
                rows.push(found.slice(at, at + doors.columns));
            return rows;
        }

        delegate: Row {
            id: line

            required property var modelData
            readonly property real tall: {
                let most = 0;
                for (let at = 0; at < entries.count; at++)
                    most = Math.max(most, (entries.itemAt(at) as RowButton)?.implicitHeight ?? 0);
                return most;
            }

            spacing: Theme.gutter

            Repeater {
                id: entries

                model: line.modelData

                RowButton {
                    required property var modelData

                    objectName: "item." + modelData.slug
                    width: Math.floor((list.width - (doors.columns - 1) * line.spacing) / doors.columns)
                    height: line.tall
                    icon: modelData.icon
                    title: modelData.title
                    note: modelData.note
                    closed: modelData.closed
                    onTapped: page.view.choose(modelData.slug)
                }
            }
        }
    }

    Rectangle {
        id: foot

        y: parent.height - height
        width: parent.width
        height: Math.max(lines.y + lines.height, helps.y + helps.height) + Theme.mm(Theme.wide ? 2 : 5)
        color: Theme.card

        Rectangle {
            width: parent.width
            height: Theme.line
            color: Theme.edge
        }

        Helps {
            id: helps

            x: page.edge
            y: Theme.mm(Theme.wide ? 4 : Theme.large ? 5 : 8)
            width: Theme.wide ? Theme.mm(144) : page.column
            height: Theme.wide || Theme.large ? implicitHeight : Math.max(implicitHeight, Theme.mm(26))
            frame: page.frame
        }

        About {
            id: lines

            x: Theme.wide ? helps.x + helps.width + Theme.gutter : page.edge
            y: Theme.wide ? Theme.mm(4) : helps.y + helps.height + Theme.mm(5)
            width: page.edge + page.column - x
            frame: page.frame
        }
    }
}
