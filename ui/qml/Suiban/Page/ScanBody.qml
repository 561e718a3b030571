// A paper under the camera: how to lay it, or the picture and what is wrong with it.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: body

    required property PageViewModel view
    readonly property var what: view.body
    readonly property bool seen: what.picture !== ""

    Column {
        id: how

        width: parent.width
        visible: !body.seen
        spacing: Theme.gap

        Repeater {
            model: body.what.how

            Row {
                id: step

                required property string modelData
                required property int index
                readonly property string speech: modelData

                width: parent ? parent.width : 0
                spacing: Theme.gap

                Rectangle {
                    id: number

                    width: Theme.mm(14)
                    height: width
                    radius: width / 2
                    color: Theme.tint

                    Words {
                        anchors.centerIn: parent
                        color: Theme.deep
                        font.bold: true
                        text: step.index + 1
                    }
                }

                Words {
                    width: step.width - number.width - Theme.gap
                    anchors.verticalCenter: number.verticalCenter
                    text: step.modelData
                }
            }
        }
    }

    // What the camera sees, so that the paper can be laid right before the picture is taken.
    Image {
        id: live

        property int frame: 0

        anchors.top: how.bottom
        anchors.topMargin: Theme.gap
        anchors.bottom: parent.bottom
        width: parent.width
        visible: !body.seen && implicitWidth > 1
        // On this thread: another one would hold Qt's lock while it waits for Python, and this one Python's for Qt's.
        asynchronous: false
        cache: false
        retainWhileLoading: true
        fillMode: Image.PreserveAspectFit
        verticalAlignment: Image.AlignTop
        source: body.seen ? "" : `image://pictures/live?${frame}`

        Timer {
            interval: 400
            running: !body.seen && !Theme.still
            repeat: true
            onTriggered: live.frame += 1
        }
    }

    Rectangle {
        id: sheet

        width: parent.width
        height: parent.height - verdict.height - Theme.gap
        visible: body.seen
        radius: Theme.radius
        color: Theme.card
        border.width: Theme.heavyLine
        border.color: body.what.verdict === "good" ? Theme.good : Theme.attention

        Image {
            anchors.fill: parent
            anchors.margins: Theme.mm(2)
            fillMode: Image.PreserveAspectFit
            cache: false
            source: body.what.picture
        }
    }

    Column {
        id: verdict

        anchors.bottom: parent.bottom
        width: parent.width
        visible: body.seen
        spacing: Theme.mm(1)

        Words {
            width: parent.width
            color: body.what.verdict === "good" ? Theme.good : Theme.attention
            font.bold: true
            text: body.what.verdict_word
        }

        Repeater {
            model: body.what.findings

            Words {
                required property string modelData

                width: verdict.width
                color: Theme.attention
                text: modelData
            }
        }

        Words {
            width: parent.width
            visible: text !== ""
            color: Theme.quiet
            font.pixelSize: Theme.caption
            text: body.what.kept
        }
    }
}
