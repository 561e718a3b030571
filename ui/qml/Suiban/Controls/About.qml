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
        model: Theme.folded ? about.frame.about.filter((_, at) => at === 0 || at === 3) : about.frame.about

        Words {
            required property string modelData

            rightPadding: Theme.mm(6)
            color: about.ink
            font.pixelSize: Theme.small
            text: modelData
        }
    }
}
