// The guide of one item, and the button that begins it where it can be begun.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

PageFrame {
    id: page

    required property ItemViewModel view
    property int tab: 0

    title: view.title
    lead: view.closed && Theme.wide ? "" : view.summary
    trouble: view.trouble
    spoken: [view.title, view.summary, view.trouble, ...(view.closed ? [view.closed, view.closedWhy, view.closedDo] : [])].filter(line => line !== "").join("\n")
    crowded: Theme.large && view.closed !== ""
    main: view.main
    mainEnabled: view.canBegin
    onMainTapped: view.begin()
    aside: [
        Notice {
            width: parent ? parent.width : 0
            visible: page.view.closed !== ""
            title: page.view.closed + " · " + page.view.closedWhy
            text: page.view.closedDo
        },
        // Beside a lying guide there is no height to spare, and under its title there is.
        Loader {
            width: parent ? parent.width : 0
            active: Theme.wide && !page.folded && page.view.offers.length > 0
            visible: active
            sourceComponent: more
        }
    ]
    others: page.view.offers.length > 0 ? more : null

    Flow {
        id: tabs

        width: parent.width
        spacing: Theme.mm(2.8)

        Repeater {
            model: page.view.tabs

            Touchable {
                id: tab

                required property var modelData
                required property int index
                readonly property bool chosen: index === page.tab

                objectName: "tab." + modelData.key
                width: Math.max(Math.floor((tabs.width - 4 * tabs.spacing) / 5), tabWords.implicitWidth + 2 * Theme.mm(3))
                height: Math.max(Theme.target, Theme.mm(Theme.wide ? 13.5 : 16), tabWords.implicitHeight + Theme.mm(3))
                label: modelData.label
                onTapped: {
                    page.frame.touched();
                    page.tab = index;
                    sections.page = 0;
                }

                Rectangle {
                    anchors.fill: parent
                    radius: Theme.mm(3.5)
                    color: tab.chosen ? Theme.primary : tab.pressed ? Theme.tintPressed : Theme.card
                    border.width: tab.chosen ? 0 : Theme.line
                    border.color: Theme.edge
                }

                Words {
                    id: tabWords

                    anchors.centerIn: parent
                    color: tab.chosen ? Theme.chalk : Theme.deep
                    font.pixelSize: Theme.wide ? Theme.small : Theme.caption
                    font.bold: true
                    wrapMode: Text.NoWrap
                    text: tab.label
                }
            }
        }
    }

    Panel {
        id: sheet

        y: tabs.height + Theme.gap
        width: parent.width
        height: page.room - y - (offers.active && offers.visible ? offers.height + Theme.gap : 0)

        Paged {
            id: sections

            x: Theme.pad
            y: Theme.mm(Theme.wide ? 4 : 6)
            width: parent.width - 2 * x
            height: parent.height - 2 * y
            spacing: Theme.mm(Theme.wide ? 3 : Theme.large ? 5 : 8)
            frame: page.frame
            model: page.tab < page.view.tabs.length ? page.view.blocks(page.tab) : []

            delegate: GuideBlock {
                required property var modelData

                width: sections.width
                icon: modelData.icon
                mark: modelData.mark
                label: modelData.label
                text: modelData.text
                note: modelData.note
            }
        }
    }

    Loader {
        id: offers

        anchors.bottom: parent.bottom
        width: parent.width
        active: !page.folded && !Theme.wide
        visible: page.view.offers.length > 0
        sourceComponent: more
    }

    Component {
        id: more

        Flow {
            id: row

            readonly property int columns: Theme.folded && Theme.wide ? 2 : Theme.large || page.view.offers.length === 1 ? 1 : 2

            spacing: Theme.gap

            Repeater {
                model: page.view.offers

                SecondButton {
                    required property var modelData

                    objectName: "offer." + modelData.name
                    rank: Theme.wide ? 1 : 0
                    width: (row.width - (row.columns - 1) * row.spacing) / row.columns
                    icon: modelData.icon
                    label: modelData.label
                    onTapped: page.view.open(modelData.name)
                }
            }
        }
    }
}
