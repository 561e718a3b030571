// The frame every inner page shares: header, steps, one question, the answer's control, footer.
import QtQuick
import Suiban

Item {
    id: page

    required property FrameViewModel frame
    required property PulseViewModel pulse
    property string title
    property string lead
    property string trouble
    property string main
    property string mainIcon: "arrow-right"
    property bool mainEnabled: true
    property string second
    property string secondName: "second"
    property string secondIcon
    property bool helped: true
    property string spoken: [title, lead, trouble].filter(line => line !== "").join("\n")
    property alias aside: extra.data
    default property alias content: body.data
    readonly property real column: Math.min(width - 2 * Theme.margin, Theme.columnWidth)
    readonly property real edge: Math.round((width - column) / 2)
    readonly property real room: body.height
    // Where a question and its answers do not fit together, they are two leaves of one page.
    property bool foldable: true
    // A page that says more than most folds sooner.
    property bool crowded: false
    property int leaf: 0
    readonly property bool folded: (Theme.folded || crowded) && foldable
    // What may be done instead: a leaf between the two, where it would not fit beside either.
    property Component others: null
    readonly property int lastLeaf: others ? 2 : 1
    readonly property bool asks: !folded || leaf === 0
    readonly property bool answers: !folded || leaf >= lastLeaf

    signal mainTapped
    signal secondTapped

    onTitleChanged: leaf = 0
    onTroubleChanged: leaf = 0

    HeaderBar {
        id: header

        frame: page.frame
        edge: page.edge
        width: page.width
    }

    Column {
        id: head

        readonly property real half: Math.round((page.column - 2 * Theme.gutter) * 0.47)

        x: Theme.mirrored ? page.edge + page.column - width : page.edge
        y: header.height + (Theme.wide ? Theme.pad : Theme.mm(Theme.large ? 5 : 8))
        width: Theme.wide && !page.folded ? half : page.column
        visible: page.asks
        spacing: Theme.mm(Theme.wide ? 3 : 5)

        StepBar {
            width: parent.width
            visible: steps.length > 0 && !Theme.large && !Theme.wide
            steps: page.frame.steps
        }

        Words {
            width: parent.width
            visible: text !== "" && (Theme.large || Theme.wide)
            color: Theme.primary
            font.pixelSize: Theme.small
            font.bold: true
            text: page.frame.stepLine
        }

        Column {
            width: parent.width
            spacing: Theme.mm(1)

            Words {
                width: parent.width
                visible: text !== ""
                font.pixelSize: Theme.title
                font.bold: true
                text: page.title
            }

            Words {
                width: parent.width
                visible: text !== "" && !(page.folded && page.trouble !== "")
                color: Theme.quiet
                text: page.lead
            }
        }

        Notice {
            width: parent.width
            visible: text !== ""
            text: page.trouble
        }

        Column {
            id: extra

            width: parent.width
            spacing: Theme.gap
        }
    }

    Item {
        id: body

        readonly property real beside: Theme.wide && !page.folded ? head.half + 2 * Theme.gutter : 0

        x: page.edge + (Theme.mirrored ? 0 : beside)
        y: Theme.wide || page.folded ? head.y : head.y + head.height + Theme.pad
        visible: page.answers
        width: page.column - beside
        height: footer.y - y - Theme.pad
    }

    Loader {
        x: page.edge
        y: head.y
        width: page.column
        active: page.folded && page.others !== null && page.leaf === 1
        sourceComponent: page.others
    }

    Footer {
        id: footer

        anchors.bottom: parent.bottom
        width: page.width
        edge: page.edge
        page: page
    }
}
