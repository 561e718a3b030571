// The foot of an inner page: back at the left, the thing to do next at the right, help below.
import QtQuick
import Suiban

Rectangle {
    id: footer

    required property PageFrame page
    required property real edge
    readonly property FrameViewModel frame: page.frame
    readonly property bool acts: back.visible || second.visible || main.visible

    // The answers of a page that is folded: back leads to its question first.
    readonly property bool turned: page.folded && page.leaf > 0

    // A low glass with large text has no millimetre to spare.
    readonly property bool tight: Theme.wide && Theme.large

    height: foot.y + foot.height + Theme.mm(Theme.wide ? tight ? 1 : 2 : 4)
    color: Theme.card

    Rectangle {
        width: parent.width
        height: Theme.line
        color: Theme.edge
    }

    Item {
        id: actions

        // Help stands at the left where it stands on every page; beside it where the glass is wide.
        readonly property real taken: Theme.wide && footer.page.helped ? helps.width + Theme.gutter : 0
        readonly property real room: width

        x: footer.edge + taken
        y: Theme.mm(Theme.wide ? footer.tight ? 2.5 : 4 : Theme.large ? 5 : 8)
        width: footer.page.column - taken
        height: footer.acts ? Math.max(main.visible ? main.implicitHeight : 0, second.visible ? second.implicitHeight : 0, Theme.wide ? helps.implicitHeight : 0, Theme.mainButton) : 0

        SecondButton {
            id: back

            anchors.left: parent.left

            objectName: "back"
            rank: 2
            width: bare ? Theme.mm(24) : Math.min(Math.max(Theme.mm(Theme.wide ? 36 : Theme.folded ? 30 : 66), implicitWidth), actions.room * 0.45)
            bare: second.visible && footer.turned
            height: parent.height
            visible: footer.turned || footer.frame.canBack && (footer.page.second === "" || !footer.page.answers)
            icon: "arrow-left"
            label: footer.frame.back
            onTapped: {
                if (!footer.turned) {
                    footer.frame.goBack();
                    return;
                }
                footer.frame.touched();
                footer.page.leaf -= 1;
            }
        }

        SecondButton {
            id: second

            objectName: footer.page.secondName
            rank: 2
            readonly property real after: footer.turned ? back.width + Theme.gutter : 0

            anchors.left: parent.left
            anchors.leftMargin: after
            width: footer.page.main === "" ? actions.room - after : Math.min(Math.max(Theme.mm(Theme.wide ? 40 : 66), implicitWidth), actions.room * 0.45)
            height: parent.height
            visible: footer.page.second !== "" && footer.page.answers
            icon: footer.turned ? "" : footer.page.secondIcon
            label: footer.page.second
            onTapped: footer.page.secondTapped()
        }

        MainButton {
            id: main

            readonly property bool leads: !footer.page.answers
            readonly property real taken: (back.visible ? back.width + Theme.gutter : 0) + (second.visible ? second.width + Theme.gutter : 0)

            objectName: leads ? "answer" : "main"
            anchors.right: parent.right
            width: actions.room - taken
            height: parent.height
            visible: leads || footer.page.main !== ""
            enabled: leads || footer.page.mainEnabled
            icon: leads ? "arrow-right" : back.bare ? "" : footer.page.mainIcon
            label: leads ? footer.frame.next : footer.page.main
            onTapped: {
                if (!leads) {
                    footer.page.mainTapped();
                    return;
                }
                footer.frame.touched();
                footer.page.leaf += 1;
            }
        }
    }

    Helps {
        id: helps

        x: footer.edge
        y: Theme.wide ? actions.y : actions.y + actions.height + (footer.acts ? Theme.mm(6) : 0)
        width: Theme.wide ? Theme.mm(144) : footer.page.column
        height: footer.page.helped ? (Theme.wide ? Math.max(implicitHeight, actions.height) : implicitHeight) : 0
        visible: footer.page.helped
        frame: footer.frame
    }

    Item {
        id: foot

        x: footer.edge
        y: Math.max(actions.y + actions.height, helps.y + helps.height) + Theme.mm(Theme.wide ? footer.tight ? 1 : 2 : 4)
        width: footer.page.column
        height: Math.max(terminal.implicitHeight, quiet.implicitHeight)

        Words {
            id: terminal

            anchors.left: parent.left

            width: parent.width - quiet.implicitWidth - Theme.gutter
            color: Theme.quiet
            font.pixelSize: Theme.small
            text: footer.frame.foot
        }

        Words {
            id: quiet

            anchors.right: parent.right
            color: Theme.quiet
            font.pixelSize: Theme.small
            text: footer.page.pulse.quiet
        }
    }
}
