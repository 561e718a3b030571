// The number as large as the page allows, the truth about the paper, and a code to keep.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

PageFrame {
    id: page

    required property ResultViewModel view
    // What was promised stands apart from its number where the two are too much for one leaf.
    readonly property bool apart: Theme.wide || Theme.size > 3
    readonly property bool alarming: view.tone === "attention"

    title: view.title
    spoken: [view.title, view.lead, view.numberLabel + "\n" + view.number, view.receiptState, view.notice, view.noticeWhy].filter(line => line !== "").join("\n")
    main: view.main
    second: view.receipt || view.way
    secondName: view.receipt ? "receipt" : "way"
    secondIcon: view.receipt ? "printer" : "footprints"
    onMainTapped: view.finish()
    onSecondTapped: view.receipt ? view.printReceipt() : view.showWay()
    aside: [
        Loader {
            width: parent ? parent.width : 0
            active: !page.folded
            sourceComponent: truth
        },
        Loader {
            width: parent ? parent.width : 0
            active: Theme.wide || page.folded
            sourceComponent: number
        }
    ]

    Paged {
        id: sheets

        width: parent.width
        height: page.room
        frame: page.frame
        model: [...(page.folded ? [truth] : []), ...(page.view.receiptState ? [receipt] : []), ...(page.folded ? [firstFacts, ...(page.view.lines.length > 3 ? [moreFacts] : []), proof, code] : Theme.wide ? [code, facts] : Theme.size > 3 ? [number, ...(page.view.lines.length > 3 ? [firstFacts, moreFacts, proof] : [facts]), code] : [number, code]), ...(page.view.notice ? [notice] : [])]

        delegate: Loader {
            required property var modelData

            width: sheets.width
            sourceComponent: modelData
        }
    }

    Component {
        id: truth

        Panel {
            height: Math.max(paperIcon.height, paper.height) + 2 * Theme.mm(4)
            tone: page.view.tone

            Icon {
                id: paperIcon

                anchors.left: parent.left
                anchors.leftMargin: Theme.pad
                anchors.verticalCenter: parent.verticalCenter
                width: Theme.mm(9)
                height: width
                name: page.alarming ? "triangle-alert" : "printer"
                tint: page.alarming ? "attention" : "good"
            }

            Words {
                id: paper

                anchors.left: paperIcon.right
                anchors.leftMargin: Theme.gap
                anchors.right: parent.right
                anchors.rightMargin: Theme.pad
                anchors.verticalCenter: parent.verticalCenter
                color: page.alarming ? Theme.attention : Theme.good
                font.bold: true
                text: page.view.lead
            }
        }
    }

    Component {
        id: receipt

        Panel {
            id: paperState

            readonly property bool lacking: page.view.receiptTone === "attention"

            height: Math.max(receiptIcon.height, receiptWords.height) + 2 * Theme.mm(3)
            tone: page.view.receiptTone

            Icon {
                id: receiptIcon

                anchors.left: parent.left
                anchors.leftMargin: Theme.pad
                anchors.verticalCenter: parent.verticalCenter
                width: Theme.mm(9)
                height: width
                name: paperState.lacking ? "triangle-alert" : "file-text"
                tint: paperState.lacking ? "attention" : "good"
            }

            Words {
                id: receiptWords

                anchors.left: receiptIcon.right
                anchors.leftMargin: Theme.gap
                anchors.right: parent.right
                anchors.rightMargin: Theme.pad
                anchors.verticalCenter: parent.verticalCenter
                color: paperState.lacking ? Theme.attention : Theme.good
                font.bold: true
                text: page.view.receiptState
            }
        }
    }

    Component {
        id: code

        Panel {
            height: Math.max(ground.height, codeWords.height) + 2 * Theme.mm(Theme.wide ? 4 : 6)
            tone: "tint"

            Rectangle {
                id: ground

                anchors.left: parent.left
                anchors.leftMargin: Theme.pad
                anchors.verticalCenter: parent.verticalCenter
                width: Theme.mm(Theme.wide ? 38 : Theme.large ? 48 : 60)
                height: width
                radius: Theme.mm(2)
                color: Theme.card

                Image {
                    readonly property int factor: implicitWidth > 0 ? Math.floor(parent.width / implicitWidth) : 0

                    objectName: "code"
                    anchors.centerIn: parent
                    width: implicitWidth * factor
                    height: width
                    cache: false
                    smooth: false
                    source: page.view.code
                }

                Icon {
                    anchors.centerIn: parent
                    width: Theme.mm(14)
                    height: width
                    visible: page.view.code === ""
                    name: "eye-off"
                    tint: "quiet"
                }
            }

            Column {
                id: codeWords

                anchors.left: ground.right
                anchors.leftMargin: Theme.pad
                anchors.right: parent.right
                anchors.rightMargin: Theme.pad
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.mm(1)

                Words {
                    width: parent.width
                    color: Theme.deep
                    font.bold: true
                    text: page.view.codeTitle
                }

                Words {
                    width: parent.width
                    font.pixelSize: Theme.caption
                    text: page.view.codeWhy
                }
            }
        }
    }

    Component {
        id: notice

        Notice {
            icon: "wifi-off"
            title: page.view.notice
            text: page.view.noticeWhy
        }
    }

    Component {
        id: firstFacts

        PromiseLeaf {
            view: page.view
            to: Math.min(3, page.view.lines.length)
            proven: false
        }
    }

    Component {
        id: moreFacts

        PromiseLeaf {
            view: page.view
            from: 3
            proven: false
        }
    }

    Component {
        id: proof

        PromiseLeaf {
            view: page.view
            from: page.view.lines.length
        }
    }

    Component {
        id: facts

        PromiseLeaf {
            view: page.view
        }
    }

    Component {
        id: number

        Panel {
            height: sheet.height + 2 * Theme.mm(Theme.wide ? 3 : 7)

            Column {
                id: sheet

                anchors.left: parent.left
                anchors.leftMargin: Theme.pad
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - 2 * Theme.pad
                spacing: Theme.mm(Theme.wide ? 1 : 2)

                Words {
                    width: parent.width
                    color: Theme.quiet
                    font.pixelSize: Theme.caption
                    horizontalAlignment: Text.AlignHCenter
                    text: page.view.numberLabel
                }

                Words {
                    objectName: "number"
                    width: parent.width
                    height: font.pixelSize * 1.05
                    color: Theme.deep
                    font.pixelSize: Theme.mm(Theme.wide ? 28 : Theme.large ? 34 : 52)
                    font.bold: true
                    fontSizeMode: Text.HorizontalFit
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    wrapMode: Text.NoWrap
                    text: page.view.number
                }

                Rectangle {
                    width: parent.width
                    height: Theme.line
                    visible: !page.apart
                    color: Theme.hairline
                }

                PromiseLines {
                    width: parent.width
                    visible: !page.apart
                    view: page.view
                }
            }
        }
    }
}
