// At rest: one sentence of what can be done here now, and a hint towards the card reader; dimmed at night.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Rectangle {
    id: page

    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property AttractViewModel view
    readonly property string spoken: [view.sentence, view.start, view.card, view.notice].filter(line => line !== "").join("\n")
    readonly property bool night: frame.night
    readonly property real column: Math.min(width - 2 * Theme.margin, Theme.columnWidth)
    readonly property real edge: Math.round((width - column) / 2)

    color: night ? Theme.night : Theme.page

    Backdrop {
        objectName: "attract"
        anchors.fill: parent
        label: page.view.start
        onTapped: page.view.begin()
    }

    Rectangle {
        id: sky

        width: parent.width
        height: Theme.wide ? parent.height : (hint.visible ? hint.y + hint.height * 0.42 : words.y + words.height + Theme.pad)
        visible: !page.night
        color: Theme.band
    }

    Item {
        id: top

        x: page.edge
        y: Theme.mm(Theme.wide ? 7 : 14)
        width: page.column
        height: Math.max(hall.implicitHeight, languages.height)

        Words {
            id: hall

            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - languages.width - Theme.gutter
            color: page.night ? Theme.nightText : Theme.bandInk
            font.pixelSize: Theme.tile
            font.bold: true
            text: page.view.hall
        }

        Languages {
            id: languages

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            frame: page.frame
        }
    }

    Column {
        id: words

        x: page.edge
        y: top.y + top.height + Theme.mm(Theme.wide ? 8 : 26)
        width: Theme.wide ? Math.round(page.column * 0.54) : page.column
        opacity: notices.entries.length > 0 && (Theme.folded || Theme.wide && y + height >= notices.y) ? 0 : 1
        spacing: Theme.mm(Theme.wide ? 3 : 5)

        Words {
            width: parent.width
            color: page.night ? Theme.nightQuiet : Theme.bandQuiet
            font.bold: true
            text: page.view.open
        }

        Words {
            width: parent.width
            color: page.night ? Theme.nightText : Theme.bandInk
            font.pixelSize: Math.round(Theme.display * (page.view.large && !Theme.folded ? 1.3 : 1))
            font.bold: true
            text: page.view.sentence
        }

        Words {
            width: parent.width
            visible: page.view.notices.length === 0 && !Theme.folded
            color: page.night ? Theme.nightQuiet : Theme.bandQuiet
            font.pixelSize: Theme.caption
            text: page.view.live
        }

        Words {
            objectName: "notice"
            width: parent.width
            visible: text !== "" && !Theme.folded
            color: page.night ? Theme.nightText : Theme.bandInk
            text: page.view.notice
        }
    }

    CardHint {
        id: hint

        readonly property real free: start.y - y - cardWords.height - (Theme.wide ? 0 : notices.natural + 2 * Theme.pad) - 2 * Theme.pad

        x: Theme.wide ? start.x + (start.width - width) / 2 : Math.round((parent.width - width) / 2)
        y: Theme.wide ? words.y : words.y + words.height + Theme.mm(16)
        height: Math.min(Theme.mm(Theme.wide ? 72 : 168), free)
        width: height * 1.3
        visible: height > Theme.mm(24) && !(Theme.folded && notices.entries.length > 0) && page.view.card !== ""
        night: page.night
        label: page.view.card
    }

    Words {
        id: cardWords

        x: Theme.wide ? start.x : page.edge
        y: hint.y + hint.height + Theme.pad
        visible: hint.visible
        width: start.width
        color: page.night ? Theme.nightText : Theme.wide ? Theme.bandInk : Theme.text
        font.pixelSize: Theme.wide ? Theme.body : Theme.tile
        horizontalAlignment: Text.AlignHCenter
        text: page.view.card
    }

    // The little that must be known is never pushed off the glass: what does not fit is turned to.
    Paged {
        id: notices

        readonly property real limit: Theme.folded ? (start.visible ? start.y : foot.y) - y - Theme.gap : Theme.wide ? foot.y - top.y - top.height - 2 * Theme.gap : start.y - y - Theme.gap
        readonly property var entries: [...page.view.notices, ...(Theme.folded && page.view.notice ? [{
                    title: "",
                    text: page.view.notice
                }] : [])]

        x: page.edge
        y: Theme.folded ? top.y + top.height + Theme.gap : Theme.wide ? foot.y - height - Theme.gap : hint.visible ? cardWords.y + cardWords.height + Theme.pad : words.y + words.height + 2 * Theme.pad
        width: Theme.wide && !Theme.folded ? words.width : page.column
        height: Math.min(natural, limit)
        frame: page.frame
        ink: page.night ? Theme.nightQuiet : Theme.wide ? Theme.bandInk : Theme.quiet
        model: entries

        delegate: Notice {
            required property var modelData

            width: notices.width
            title: modelData.title
            text: modelData.text
        }
    }

    // A picture of the centre's, between the page's own turns: how to begin stays in sight, and a touch anywhere begins.
    Rectangle {
        id: stage

        objectName: "stage"
        y: top.y + top.height + Theme.gap
        width: Theme.wide ? start.x - Theme.gap : parent.width
        height: (Theme.wide ? foot.y : start.y) - y - Theme.gap
        visible: page.view.picture !== "" && start.visible && !Theme.folded && (page.view.moves ? moving.status : still.status) === Image.Ready
        color: page.night ? Theme.night : Theme.wide ? Theme.band : Theme.page

        Image {
            id: still

            anchors.fill: parent
            anchors.leftMargin: Theme.wide ? page.edge : 0
            anchors.bottomMargin: says.height + Theme.gap
            visible: !page.view.moves
            source: page.view.moves ? "" : page.view.picture
            sourceSize: Qt.size(width, height)
            asynchronous: true
            cache: false
            fillMode: Image.PreserveAspectFit
            opacity: page.night ? 0.55 : 1
            Accessible.role: Accessible.Graphic
            Accessible.name: page.view.says
        }

        AnimatedImage {
            id: moving

            anchors.fill: still
            visible: page.view.moves
            source: page.view.moves ? page.view.picture : ""
            asynchronous: true
            cache: false
            playing: stage.visible
            fillMode: Image.PreserveAspectFit
            Accessible.role: Accessible.Graphic
            Accessible.name: page.view.says
        }

        Words {
            id: says

            x: page.edge
            anchors.bottom: parent.bottom
            width: stage.width - x - (Theme.wide ? 0 : page.edge)
            color: page.night ? Theme.nightText : Theme.wide ? Theme.bandInk : Theme.text
            font.pixelSize: Theme.wide ? Theme.body : Theme.tile
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            text: page.view.says
        }
    }

    Rectangle {
        id: start

        x: Theme.wide ? words.x + words.width + Theme.gutter : page.edge
        y: foot.y - height - Theme.mm(Theme.wide ? 5 : 10)
        width: page.edge + page.column - x
        height: Math.max(Theme.mm(Theme.wide ? 22 : 32), invitation.height + 2 * Theme.gap)
        visible: page.view.start !== ""
        radius: height / 2
        color: page.night ? "transparent" : Theme.wide ? Theme.card : Theme.primary
        border.width: page.night ? Theme.heavyLine : 0
        border.color: Theme.nightQuiet

        Row {
            anchors.centerIn: parent
            spacing: Theme.gap

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                width: Theme.mm(11)
                height: width
                name: "hand"
                tint: page.night ? "night" : Theme.wide ? "deep" : "white"
            }

            Words {
                id: invitation

                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, start.width - Theme.mm(30))
                color: page.night ? Theme.nightText : Theme.wide ? Theme.deep : Theme.chalk
                font.pixelSize: Theme.tile
                font.bold: true
                text: page.view.start
            }
        }
    }

    Item {
        id: foot

        x: page.edge
        y: parent.height - height - Theme.mm(Theme.wide ? 5 : 12)
        width: page.column
        height: Math.max(large.height, lines.height)

        HelpTile {
            id: large

            objectName: "display"
            anchors.bottom: parent.bottom
            width: Math.min(Theme.mm(Theme.large ? 84 : 66), parent.width * 0.4)
            height: Math.max(implicitHeight, Theme.mm(24))
            night: page.night
            icon: "accessibility"
            label: page.frame.display
            onTapped: page.frame.openDisplay()
        }

        About {
            id: lines

            x: large.width + Theme.gutter
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - x
            frame: page.frame
            ink: page.night ? Theme.nightQuiet : Theme.wide ? Theme.bandQuiet : Theme.quiet
        }

        // A technician's way in: the terminal's number held for five seconds. A touch means what it means beside it.
        MouseArea {
            objectName: "service"
            anchors.fill: lines
            pressAndHoldInterval: 5000
            onPressAndHold: page.frame.askService()
            onClicked: page.view.begin()
        }
    }
}
