// A list that pages instead of scrolling, in the words of the citizen's frame.
import QtQuick
import Suiban

Leaves {
    id: paged

    required property FrameViewModel frame

    before: frame.pageBefore
    after: frame.pageAfter
    numbering: frame.pages
    onTurned: frame.touched()
}
