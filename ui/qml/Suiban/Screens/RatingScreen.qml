// Five equal answers, none of them suggested; over with one touch.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

PageFrame {
    id: page

    required property RatingViewModel view

    title: view.title
    lead: view.why
    second: view.skip
    secondName: "skip"
    onSecondTapped: view.skipRating()

    Grid {
        id: faces

        readonly property int lines: Math.ceil(5 / columns)
        readonly property real part: Math.min(Theme.mm(Theme.large ? 44 : 40), (page.room - (lines - 1) * spacing) / lines)

        width: parent.width
        columns: Theme.folded ? 2 : 1
        spacing: Theme.gap

        Repeater {
            model: page.view.faces

            Touchable {
                id: face

                required property var modelData

                objectName: "rate." + modelData.value
                width: Math.floor((faces.width - (faces.columns - 1) * faces.spacing) / faces.columns)
                height: faces.part
                label: modelData.label
                onTapped: page.view.rate(modelData.value)

                Rectangle {
                    anchors.fill: parent
                    radius: Theme.radius
                    color: face.pressed ? Theme.tintPressed : Theme.card
                    border.width: Theme.line
                    border.color: Theme.edge
                }

                Badge {
                    id: badge

                    anchors.left: parent.left
                    anchors.leftMargin: Theme.pad
                    anchors.verticalCenter: parent.verticalCenter
                    width: Math.min(Theme.mm(20), faces.part - Theme.mm(4))
                    height: width
                    radius: width / 2
                    part: 0.7
                    name: face.modelData.icon
                }

                Words {
                    anchors.left: badge.right
                    anchors.leftMargin: Theme.pad
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.pad
                    anchors.verticalCenter: parent.verticalCenter
                    font.pixelSize: Theme.tile
                    text: face.label
                }
            }
        }
    }
}
