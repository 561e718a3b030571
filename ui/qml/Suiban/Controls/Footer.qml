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
    readonly property bool turned: page.folded && page.leaf === 1

    height: foot.y + foot.height + Theme.mm(Theme.wide ? 2 : 4)
    color: Theme.card

    Rectangle {
        width: parent.width
        height: Theme.line
        color: Theme.edge
    }

    Item {
        id: actions

        readonly property real room: Theme.wide && footer.page.helped ? (footer.page.column - helps.width - Theme.gutter) : footer.page.column
        readonly property bool two: second.visible || back.visible

        x: footer.edge
        y: Theme.mm(Theme.wide ? 4 : 8)
        width: footer.page.column
        height: footer.acts ? Math.max(main.visible ? main.implicitHeight : 0, second.visible ? second.implicitHeight : 0, Theme.wide ? helps.implicitHeight : 0, Theme.mainButton) : 0

        SecondButton {
            id: back

            objectName: "back"
            rank: 2
            width: Math.max(Theme.mm(Theme.folded ? 30 : Theme.wide ? 40 : 66), implicitWidth)
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
                footer.page.leaf = 0;
            }
        }

        SecondButton {
            id: second

            objectName: footer.page.secondName
            rank: 2
            x: footer.turned ? back.width + Theme.gutter : Theme.wide && !main.visible ? parent.width - width : 0
            width: footer.page.main === "" ? actions.room - x : Math.min(Math.max(Theme.mm(Theme.wide ? 40 : 66), implicitWidth), actions.room * 0.45)
            height: parent.height
            visible: footer.page.second !== "" && footer.page.answers
            icon: footer.page.secondIcon
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
            icon: leads ? "arrow-right" : footer.page.mainIcon
            label: leads ? footer.frame.next : footer.page.main
            onTapped: {
                if (!leads) {
                    footer.page.mainTapped();
                    return;
                }
                footer.frame.touched();
                footer.page.leaf = 1;
            }
        }
    }

    Helps {
        id: helps

        x: Theme.wide && !Theme.folded ? footer.edge + (back.visible ? back.width + Theme.gutter : second.visible && main.visible ? second.width + Theme.gutter : 0) : footer.edge
        y: Theme.wide ? actions.y : actions.y + actions.height + (footer.acts ? Theme.mm(6) : 0)
        width: Theme.wide ? Theme.mm(144) : footer.page.column
        height: footer.page.helped ? (Theme.wide ? Math.max(implicitHeight, actions.height) : implicitHeight) : 0
        visible: footer.page.helped
        frame: footer.frame
    }

    Item {
        id: foot

        x: footer.edge
        y: Math.max(actions.y + actions.height, helps.y + helps.height) + Theme.mm(Theme.wide ? 2 : 4)
        width: footer.page.column
        height: Math.max(terminal.implicitHeight, quiet.implicitHeight)

        Words {
            id: terminal

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
