// The parts of a page; the open one is filled.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Row {
    id: bar

    required property TechnicianViewModel technician
    readonly property int count: technician.tabs.length
    readonly property real share: (width - (count - 1) * spacing) / Math.max(1, count)

    visible: count > 0
    spacing: Theme.mm(2.8)

    Repeater {
        model: bar.count

        Touchable {
            id: tab

            required property int index
            readonly property var part: bar.technician.tabs[index] ?? ({})
            readonly property bool chosen: part.chosen ?? false

            objectName: part.name ?? ""
            label: part.label ?? ""
            width: bar.share
            height: Math.max(Theme.mm(14), words.implicitHeight + Theme.mm(4))
            onTapped: bar.technician.act(tab.objectName)

            Accessible.role: Accessible.PageTab

            Rectangle {
                anchors.fill: parent
                radius: Theme.mm(3)
                color: tab.chosen ? Theme.primary : tab.pressed ? Theme.tintPressed : Theme.card
                border.width: tab.chosen ? 0 : Theme.line
                border.color: Theme.edge
            }

            Words {
                id: words

                anchors.centerIn: parent
                width: parent.width - Theme.mm(2)
                color: tab.chosen ? Theme.chalk : Theme.deep
                font.pixelSize: Theme.caption
                font.bold: tab.chosen
                horizontalAlignment: Text.AlignHCenter
                text: tab.label
            }
        }
    }
}
