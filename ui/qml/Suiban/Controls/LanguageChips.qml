// The other languages in the header of a page; where text is large, one chip that leads to all of them.
import QtQuick
import Suiban

Row {
    id: chips

    required property FrameViewModel frame

    spacing: Theme.mm(3)

    Languages {
        frame: chips.frame
        others: true
        visible: !Theme.large
    }

    Chip {
        objectName: "languages"
        visible: Theme.large
        icon: "languages"
        label: chips.frame.languageWord
        onTapped: chips.frame.openDisplay()
    }
}
