// Typing, with the pad that fits what is asked.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: body

    required property PageViewModel view
    readonly property bool digits: ["digits", "mobile", "money", "date"].includes(view.body.pad)

    KeyPad {
        width: parent.width
        room: parent.height
        visible: body.digits
        eraseLabel: body.view.body.erase
        clearLabel: body.view.body.clear
        onTyped: digit => body.view.press(digit)
        onErased: body.view.eraseOne()
        onCleared: body.view.eraseAll()
    }

    LetterPad {
        anchors.bottom: parent.bottom
        width: parent.width
        visible: !body.digits
        eraseLabel: body.view.body.erase
        clearLabel: body.view.body.clear
        onTyped: letter => body.view.press(letter)
        onErased: body.view.eraseOne()
        onCleared: body.view.eraseAll()
    }
}
