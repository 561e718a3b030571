// An identity card in its true size by the present measure, and four keys that move its edge.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: shape

    required property TechnicianViewModel technician

    Rectangle {
        id: card

        objectName: "card"
        anchors.horizontalCenter: parent.horizontalCenter
        y: Math.max(0, (keys.y - height) / 2)
        width: shape.technician.cardPx
        height: width * 53.98 / 85.60
        radius: width * 3.18 / 85.60
        color: Theme.tint
        border.width: 1
        border.color: Theme.deep

        Icon {
            anchors.centerIn: parent
            width: parent.height * 0.5
            height: width
            name: "id-card"
            tint: "deep"
        }
    }

    Row {
        id: keys

        y: parent.height - height
        width: parent.width
        spacing: Theme.gap

        Repeater {
            model: shape.technician.keys.length

            PadKey {
                required property int index
                readonly property var part: shape.technician.keys[index] ?? ({})

                objectName: part.name ?? ""
                width: (keys.width - 3 * keys.spacing) / 4
                height: Theme.mm(Theme.wide ? 18 : 24)
                size: Theme.body
                label: part.label ?? ""
                onTapped: shape.technician.act(objectName)
            }
        }
    }
}
