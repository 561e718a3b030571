// One thing to choose, with a remark and a word at its edge. Off, it stays readable and says why.
import QtQuick
import Suiban

Touchable {
    id: row

    property string note
    property string mark
    property string icon
    property bool chosen: false
    property bool several: false

    speech: [label, mark, note].filter(line => line !== "").join("\n")
    implicitHeight: Math.max(Theme.row, words.implicitHeight + 2 * Theme.gap)

    Accessible.role: several ? Accessible.CheckBox : Accessible.RadioButton
    Accessible.checked: chosen

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: !row.enabled ? Theme.offTint : row.pressed ? Theme.tintPressed : row.chosen ? Theme.tint : Theme.card
        border.width: row.chosen ? Theme.heavyLine : Theme.line
        border.color: row.chosen ? Theme.primary : Theme.edge
    }

    Rectangle {
        id: tick

        anchors.left: parent.left
        anchors.leftMargin: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(11)
        height: width
        radius: row.several ? Theme.mm(2) : width / 2
        visible: row.icon === ""
        color: row.chosen ? Theme.primary : Theme.card
        border.width: row.chosen ? 0 : Theme.heavyLine
        border.color: Theme.edge

        Icon {
            anchors.centerIn: parent
            width: Theme.mm(7.5)
            height: width
            visible: row.chosen
            name: "check"
            tint: "white"
        }
    }

    Icon {
        id: picture

        anchors.left: parent.left
        anchors.leftMargin: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.mm(11)
        height: width
        visible: row.icon !== ""
        name: row.icon
        tint: row.enabled ? "primary" : "quiet"
    }

    Column {
        id: words

        anchors.left: tick.right
        anchors.leftMargin: Theme.pad
        anchors.right: edge.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter

        Words {
            width: parent.width
            color: !row.enabled ? Theme.off : row.chosen ? Theme.deep : Theme.text
            font.bold: row.chosen
            text: row.label
        }

        Words {
            width: parent.width
            visible: text !== ""
            color: row.enabled ? Theme.quiet : Theme.off
            font.pixelSize: Theme.caption
            text: row.note
        }
    }

    Words {
        id: edge

        anchors.right: parent.right
        anchors.rightMargin: Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, row.width * 0.3)
        color: Theme.primary
        font.pixelSize: Theme.caption
        font.bold: true
        horizontalAlignment: Text.AlignRight
        text: row.mark
    }
}
