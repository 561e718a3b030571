// Something to read, block by block; it pages where it does not fit.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: body

    required property PageViewModel view
    required property FrameViewModel frame

    Panel {
        width: parent.width
        height: Math.min(parent.height, blocks.used + 2 * Theme.pad)
    }

    Paged {
        id: blocks

        x: Theme.pad
        y: Theme.pad
        width: parent.width - 2 * Theme.pad
        height: parent.height - 2 * Theme.pad
        frame: body.frame
        spacing: Theme.gap
        model: body.view.body.blocks

        delegate: ReadBlock {
            required property var modelData

            width: blocks.width
            block: modelData
            hold: body.view.body.show
            room: blocks.leafRoom
        }
    }
}
