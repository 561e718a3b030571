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
        model: Theme.folded ? [about.frame.whom] : about.frame.about

        Words {
            required property string modelData

            width: Math.min(implicitWidth, about.width)
            rightPadding: Theme.mm(6)
            color: about.ink
            font.pixelSize: Theme.small
            text: modelData
        }
    }
}
