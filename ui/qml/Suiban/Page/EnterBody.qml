// Typing, with the pad that fits what is asked.
import QtQuick
import Suiban

InputPad {
    id: body

    required property PageViewModel view
    required property FrameViewModel frame

    kind: view.body.pad ?? ""
    typed: view.body.raw ?? ""
    shown: view.body.typed ?? ""
    hidden: frame.hidden
    language: frame.language
    onKeyed: text => view.press(text)
    onErased: view.eraseOne()
    onCleared: view.eraseAll()
    onTouched: frame.touched()
}
