// The moment nothing can be touched.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Rectangle {
    id: page

    required property FrameViewModel frame
    required property PulseViewModel pulse
    required property SavingViewModel view
    readonly property string spoken: [view.title, view.why].filter(line => line !== "").join("\n")

    color: Theme.page

    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, Theme.columnWidth)
        spacing: Theme.pad

        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.gap

            Repeater {
                model: 3

                Rectangle {
                    id: dot

                    required property int index

                    width: Theme.mm(7)
                    height: width
                    radius: width / 2
                    color: Theme.primary

                    SequentialAnimation {
                        running: !Theme.still
                        loops: Animation.Infinite

                        PauseAnimation {
                            duration: dot.index * 200
                        }

                        OpacityAnimator {
                            target: dot
                            from: 1
                            to: 0.25
                            duration: 500
                        }

                        OpacityAnimator {
                            target: dot
                            from: 0.25
                            to: 1
                            duration: 500
                        }

                        PauseAnimation {
                            duration: (2 - dot.index) * 200
                        }
                    }
                }
            }
        }

        Words {
            width: parent.width
            font.pixelSize: Theme.title
            font.bold: true
            horizontalAlignment: Text.AlignHCenter
            text: page.view.title
        }

        Words {
            width: parent.width
            color: Theme.quiet
            horizontalAlignment: Text.AlignHCenter
            text: page.view.why
        }
    }

    Whom {
        frame: page.frame
    }
}
