// The doors that lead somewhere today: the card first, then search, doors, and what people often come for.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: page

    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property HomeViewModel view
    readonly property real column: Math.min(width - 2 * Theme.margin, Theme.columnWidth)
    readonly property real edge: Math.round((width - column) / 2)
    readonly property real half: Math.round((column - 2 * Theme.gutter) / 2)

    Rectangle {
        id: sky

        width: parent.width
        height: Theme.wide ? head.y + head.height + Theme.gap : card.y + card.height * 0.42
        color: Theme.deep
    }

    Item {
        id: head

        x: page.edge
        y: Theme.mm(Theme.wide ? 4 : 11)
        width: page.column
        height: Math.max(names.height, actions.height)

        Column {
            id: names

            anchors.verticalCenter: parent.verticalCenter
            width: actions.x - Theme.gutter
            spacing: Theme.mm(1)

            Words {
                width: parent.width
                color: Theme.chalk
                font.pixelSize: Theme.wide ? Theme.tile : Theme.title
                font.bold: true
                text: page.view.hall
            }

            Words {
                width: parent.width
                color: Theme.chalkQuiet
                font.pixelSize: Theme.caption
                text: page.view.live
            }
        }

        Row {
            id: actions

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.mm(3)

            Languages {
                frame: page.frame
                others: true
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
        y: head.y + head.height + (Theme.wide ? Theme.gap * 2.4 : Theme.mm(9))
        width: Theme.wide ? page.half : page.column
        height: Math.max(Theme.mm(Theme.wide ? 30 : 46), cardWords.height + 2 * Theme.gap)
        tone: page.view.trouble ? "attention" : "plain"

        Badge {
            id: badge

            x: Theme.pad
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
                font.pixelSize: Theme.tile
                font.bold: true
                text: page.view.card
            }

            Words {
                width: parent.width
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
        height: Math.max(Theme.mm(Theme.wide ? 18 : 24), searchWords.height + Theme.gap)
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

            x: Theme.pad
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

    Flow {
        id: doors

        readonly property int count: page.view.doors.length
        readonly property bool flat: Theme.wide || Theme.large

        x: Theme.wide ? page.edge + page.half + 2 * Theme.gutter : page.edge
        y: Theme.wide ? card.y : search.y + search.height + Theme.pad
        width: Theme.wide ? page.half : page.column
        spacing: Theme.wide ? Theme.gap : Theme.gutter

        Repeater {
            model: page.view.doors

            Tile {
                required property var modelData
                required property int index
                readonly property bool alone: index === doors.count - 1 && doors.count % 2 === 1

                objectName: "door." + modelData.door
                width: doors.flat || alone ? doors.width : Math.floor((doors.width - doors.spacing) / 2)
                height: Math.max(Theme.mm(Theme.wide ? 26 : doors.flat ? 40 : alone ? 42 : 64), implicitHeight)
                flat: doors.flat || alone
                first: modelData.first
                icon: modelData.icon
                title: modelData.title
                note: modelData.why
                onTapped: page.view.enter(modelData.door)
            }
        }
    }

    Words {
        id: often

        x: Theme.wide ? search.x : page.edge
        y: (Theme.wide ? search.y + search.height : doors.y + doors.height) + Theme.mm(Theme.wide ? 4 : 10)
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
        model: page.view.popular

        delegate: RowButton {
            required property var modelData

            objectName: "item." + modelData.slug
            width: list.width
            icon: modelData.icon
            title: modelData.title
            note: modelData.note
            closed: modelData.closed
            onTapped: page.view.choose(modelData.slug)
        }
    }

    Rectangle {
        id: foot

        y: parent.height - height
        width: parent.width
        height: lines.y + lines.height + Theme.mm(Theme.wide ? 2 : 5)
        color: Theme.card

        Rectangle {
            width: parent.width
            height: Theme.line
            color: Theme.edge
        }

        Helps {
            id: helps

            x: page.edge
            y: Theme.mm(Theme.wide ? 4 : 8)
            width: Theme.wide ? Theme.mm(144) : page.column
            height: Theme.wide ? implicitHeight : Math.max(implicitHeight, Theme.mm(26))
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
