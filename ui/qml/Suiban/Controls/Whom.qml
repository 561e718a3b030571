// Whom to complain to, which terminal this is, who answers for it: one line at the foot of what has no footer.
import QtQuick
import Suiban

Words {
    required property FrameViewModel frame

    x: Theme.margin
    y: parent.height - height - Theme.mm(Theme.wide ? 3 : 5)
    width: parent.width - 2 * Theme.margin
    color: Theme.quiet
    font.pixelSize: Theme.small
    horizontalAlignment: Text.AlignHCenter
    text: frame.whom
}
