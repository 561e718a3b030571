// Items to choose from; the letters stand below them where there are more than a few.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

PageFrame {
    id: page

    required property BrowseViewModel view

    title: view.title
    spoken: [view.title, view.why, view.typing ? view.found : "", view.nothing, view.nothingDo].filter(line => line !== "").join("\n")
    others: view.filter !== "" ? more : null
    lead: view.typing && (Theme.wide || Theme.large) ? "" : view.why
    aside: [
        Entry {
            width: parent ? parent.width : 0
            visible: page.view.typing
            icon: "search"
            text: page.view.query
            placeholder: page.view.empty
            missing: page.view.found
        },
        Loader {
            width: parent ? parent.width : 0
            active: page.view.typing && (Theme.wide || page.folded)
            sourceComponent: letters
        }
    ]

    Column {
        id: nothing

        width: parent.width
        visible: page.view.nothing !== ""

        Words {
            width: parent.width
            font.bold: true
            text: page.view.nothing
        }

        Words {
            width: parent.width
            color: Theme.quiet
            font.pixelSize: Theme.caption
            text: page.view.nothingDo
        }
    }

    Paged {
        id: list

        y: nothing.visible ? nothing.height + Theme.gap : 0
        width: parent.width
        height: page.room - y - (below.active ? below.height + Theme.gap : 0) - (narrow.active ? narrow.height + Theme.gap : 0)
        frame: page.frame
        most: 5
        model: page.view.rows

        delegate: RowButton {
            required property var modelData

            objectName: "item." + modelData.slug
            width: list.width
            icon: modelData.icon
            title: modelData.title
            note: modelData.note
            closed: modelData.closed
            onTapped: page.view.choose(modelData.slug)
        }
    }

    Loader {
        id: narrow

        anchors.bottom: below.active ? below.top : parent.bottom
        anchors.bottomMargin: below.active ? Theme.gap : 0
        width: parent.width
        active: page.view.filter !== "" && !page.folded
        sourceComponent: more
    }

    Component {
        id: more

        SecondButton {
            objectName: "filter"
            icon: "list-checks"
            label: page.view.filter
            onTapped: page.view.openFilter()
        }
    }

    Loader {
        id: below

        anchors.bottom: parent.bottom
        width: parent.width
        active: page.view.typing && !Theme.wide && !page.folded
        sourceComponent: letters
    }

    Component {
        id: letters

        LetterPad {
            eraseLabel: page.view.erase
            clearLabel: page.view.clear
            onTyped: letter => page.view.press(letter)
            onErased: page.view.eraseOne()
            onCleared: page.view.eraseAll()
        }
    }
}
