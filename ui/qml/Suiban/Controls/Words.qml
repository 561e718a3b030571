// A text as every page sets it: it wraps, it is never cut off.
import QtQuick
import Suiban

Text {
    color: Theme.text
    font.family: Theme.family
    font.pixelSize: Theme.body
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
}
