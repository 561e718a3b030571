// Which terminal this is and whom to call; each part stays whole.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Flow {
    id: about

    required property FrameViewModel frame
    property color ink: Theme.quiet

    spacing: 0

    Repeater {
        model: about.frame.about

        Words {
            required property string modelData

            rightPadding: Theme.mm(6)
            color: about.ink
            font.pixelSize: Theme.wide ? Theme.mm(5.4) : Theme.small
            text: modelData
        }
    }
}
