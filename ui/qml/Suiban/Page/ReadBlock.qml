// One block to read: a heading, a line, a point, a fact, something large, a picture or a QR code.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: item

    required property var block
    property string hold
    // No picture is taller than the leaf it stands on.
    property real room: Infinity
    readonly property string kind: block.kind
    readonly property string speech: kind === "entry" ? "" : [block.text, block.note].filter(line => line !== "").join("\n")

    implicitHeight: shape.implicitHeight

    Loader {
        id: shape

        width: parent.width
        sourceComponent: item.kind === "entry" ? fact : item.kind === "bullet" ? point : item.kind === "big" ? large : item.kind === "qr" || item.kind === "picture" ? picture : line
    }

    Component {
        id: line

        Words {
            color: item.kind === "heading" ? Theme.deep : Theme.ink(item.block.tone)
            font.bold: item.kind === "heading" || item.block.tone !== "plain"
            font.pixelSize: item.kind === "heading" ? Theme.tile : Theme.body
            text: item.block.text
        }
    }

    Component {
        id: point

        Item {
            implicitHeight: Math.max(words.height, dot.height)

            Icon {
                id: dot

                width: Theme.mm(7)
                height: width
                name: ({
                        done: "check",
                        missing: "circle-alert",
                        dot: "chevron-right",
                        number: "chevron-right"
                    })[item.block.mark] ?? item.block.mark
                tint: item.block.mark === "done" ? "good" : item.block.mark === "missing" ? "attention" : "primary"
            }

            Column {
                id: words

                anchors.left: dot.right
                anchors.leftMargin: Theme.gap
                anchors.right: parent.right

                Words {
                    width: parent.width
                    text: item.block.text
                }

                Words {
                    width: parent.width
                    visible: text !== ""
                    color: Theme.quiet
                    font.pixelSize: Theme.caption
                    text: item.block.note
                }
            }
        }
    }

    Component {
        id: fact

        HeldFact {
            label: item.block.text
            value: item.block.note
            whole: item.block.whole
            hold: item.hold
        }
    }

    Component {
        id: large

        Column {
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                color: Theme.deep
                font.pixelSize: Theme.display
                font.bold: true
                // A number is read in one piece: smaller rather than broken in two.
                wrapMode: /^[!-~]+$/.test(text) ? Text.NoWrap : Text.Wrap
                fontSizeMode: /^[!-~]+$/.test(text) ? Text.HorizontalFit : Text.FixedSize
                minimumPixelSize: Theme.small
                text: item.block.text
            }

            Words {
                width: parent.width
                visible: text !== ""
                horizontalAlignment: Text.AlignHCenter
                color: Theme.quiet
                text: item.block.note
            }
        }
    }

    Component {
        id: picture

        Column {
            spacing: Theme.gap

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                width: Theme.mm(item.kind === "qr" ? 52 : Theme.wide || Theme.large ? 120 : 180)
                height: item.kind === "qr" ? width : Math.round(Math.min(width * 2 / 3, item.room - said.height - Theme.gap))
                radius: Theme.mm(2)
                color: Theme.sheet
                border.width: Theme.line
                border.color: Theme.hairline

                Image {
                    anchors.fill: parent
                    anchors.margins: Theme.mm(1)
                    fillMode: Image.PreserveAspectFit
                    smooth: item.kind !== "qr"
                    cache: false
                    source: item.block.source
                }
            }

            Words {
                id: said

                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                font.pixelSize: Theme.caption
                text: item.block.note !== "" ? item.block.note : item.block.text
            }
        }
    }
}
