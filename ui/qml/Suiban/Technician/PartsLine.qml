// Things beside each other: answers to choose from, or buttons that share the width.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Column {
    id: line

    required property var row
    required property TechnicianViewModel technician
    readonly property bool choice: row.form === "choice"
    readonly property real share: (width - (row.parts.length - 1) * flow.spacing) / Math.max(1, row.parts.length)

    spacing: Theme.mm(2)

    Words {
        width: parent.width
        visible: text !== ""
        font.pixelSize: Theme.caption
        font.bold: true
        text: line.row.title
    }

    Words {
        width: parent.width
        visible: text !== ""
        color: Theme.quiet
        font.pixelSize: Theme.small
        text: line.row.note
    }

    Flow {
        id: flow

        width: parent.width
        spacing: Theme.mm(3)

        Repeater {
            model: line.row.parts.length

            Touchable {
                id: key

                required property int index
                readonly property var part: line.row.parts[index] ?? ({})
                readonly property bool chosen: part.chosen ?? false

                objectName: part.name ?? ""
                label: part.label ?? ""
                enabled: part.able ?? false
                width: line.choice ? Math.max(Theme.mm(24), content.implicitWidth + Theme.mm(8)) : line.share
                height: Math.max(Theme.mm(line.choice ? 14 : 17), content.implicitHeight + Theme.mm(4))
                onTapped: line.technician.act(key.objectName)

                Rectangle {
                    anchors.fill: parent
                    radius: Theme.radius
                    color: !key.enabled ? Theme.offTint : key.pressed ? Theme.tintPressed : key.chosen ? Theme.tint : Theme.card
                    border.width: key.chosen ? Theme.heavyLine : Theme.line
                    border.color: key.chosen || (!line.choice && key.enabled) ? Theme.primary : Theme.edge
                }

                Row {
                    id: content

                    anchors.centerIn: parent
                    spacing: Theme.mm(2.4)

                    Icon {
                        id: mark

                        anchors.verticalCenter: parent.verticalCenter
                        width: Theme.mm(7)
                        height: width
                        visible: name !== ""
                        name: key.chosen ? "check" : (key.part.icon ?? "")
                        tint: key.enabled ? "primary" : "quiet"
                    }

                    Words {
                        anchors.verticalCenter: parent.verticalCenter
                        width: Math.min(implicitWidth, (line.choice ? line.width : line.share) - Theme.mm(6) - (mark.visible ? mark.width + Theme.mm(2.4) : 0))
                        color: !key.enabled ? Theme.off : line.choice && !key.chosen ? Theme.text : Theme.deep
                        font.pixelSize: Theme.caption
                        font.bold: key.chosen || !line.choice
                        text: key.label
                    }
                }
            }
        }
    }
}
