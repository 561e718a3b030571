// One question and its control: digits, or a few answers to choose from.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

PageFrame {
    id: page

    required property FormViewModel view
    readonly property bool digits: view.kind === "mobile"

    title: view.title
    lead: view.why
    trouble: view.trouble
    main: view.main
    onMainTapped: view.goOn()
    aside: Entry {
        width: parent ? parent.width : 0
        visible: page.digits
        text: page.view.typed
        placeholder: page.view.empty
        missing: page.view.left
        complete: page.view.complete
    }

    KeyPad {
        id: pad

        width: parent.width
        room: page.room - (skip.visible ? skip.height + Theme.pad : 0)
        visible: page.digits
        eraseLabel: page.view.erase
        clearLabel: page.view.clear
        onTyped: digit => page.view.press(digit)
        onErased: page.view.eraseOne()
        onCleared: page.view.eraseAll()
    }

    Paged {
        id: answers

        width: parent.width
        height: page.room - (skip.visible ? skip.height + Theme.pad : 0)
        visible: !page.digits
        frame: page.frame
        model: page.view.choices

        delegate: ChoiceRow {
            required property var modelData

            objectName: "choice." + modelData.value
            width: answers.width
            label: modelData.label
            chosen: modelData.chosen
            onTapped: page.view.choose(modelData.value)
        }
    }

    SecondButton {
        id: skip

        objectName: "skip"
        y: (page.digits ? pad.height : answers.used) + Theme.pad
        width: parent.width
        visible: label !== ""
        label: page.view.skip
        note: page.view.skipWhy
        onTapped: page.view.skipAnswer()
    }
}
