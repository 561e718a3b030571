// The technician's window: one page of rows, with a pad, a keyboard or a card below them where the page needs one.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Window {
    id: window

    required property real pxPerMm
    required property bool still
    required property TechnicianViewModel technician
    readonly property real column: Math.min(width - 2 * Theme.margin, Theme.mm(Theme.wide ? 320 : 300))
    readonly property real edge: Math.round((width - column) / 2)
    readonly property bool pads: technician.form !== "list"
    readonly property bool beside: pads && Theme.wide
    readonly property real half: beside ? Math.round((column - Theme.gutter) / 2) : column

    color: Theme.page

    Binding {
        target: Theme
        property: "pxPerMm"
        value: window.pxPerMm
    }

    Binding {
        target: Theme
        property: "wide"
        value: window.width > window.height
    }

    Binding {
        target: Theme
        property: "still"
        value: window.still
    }

    Connections {
        target: window.technician

        function onShown() {
            const here = window.technician.page + window.technician.title + window.technician.tabs.findIndex(tab => tab.chosen);
            if (here !== list.here)
                list.page = 0;
            list.here = here;
        }
    }

    Item {
        anchors.fill: parent

        Rectangle {
            id: header

            width: parent.width
            height: Math.max(Theme.mm(20), languages.height + Theme.mm(5))
            color: Theme.deep

            Words {
                x: window.edge
                anchors.verticalCenter: parent.verticalCenter
                width: languages.x - x - Theme.gutter
                color: Theme.chalk
                font.pixelSize: Theme.caption
                text: window.technician.header
            }

            Row {
                id: languages

                anchors.right: parent.right
                anchors.rightMargin: window.edge
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.mm(3)

                Repeater {
                    model: window.technician.languages

                    Chip {
                        required property var modelData

                        objectName: modelData.name
                        label: modelData.label
                        chosen: modelData.chosen
                        onTapped: window.technician.act(modelData.name)
                    }
                }
            }
        }

        Column {
            id: head

            x: window.edge
            y: header.height + Theme.mm(Theme.wide ? 4 : 7)
            width: window.half
            spacing: Theme.mm(Theme.wide ? 2 : 3)

            Words {
                width: parent.width
                font.pixelSize: Theme.tile
                font.bold: true
                text: window.technician.title
            }

            Words {
                width: parent.width
                visible: text !== ""
                color: Theme.quiet
                font.pixelSize: Theme.caption
                text: window.technician.lead
            }

            TabBar {
                width: parent.width
                technician: window.technician
            }

            Panel {
                width: parent.width
                height: unsaved.height + Theme.mm(6)
                visible: window.technician.dirty !== ""
                tone: "attention"

                Words {
                    id: unsaved

                    x: Theme.gap
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width - 2 * Theme.gap
                    color: Theme.attention
                    font.pixelSize: Theme.small
                    font.bold: true
                    text: window.technician.dirty
                }
            }

            Rectangle {
                width: parent.width
                height: said.height + Theme.mm(6)
                visible: window.technician.notice !== ""
                radius: Theme.radius
                color: Theme.ground(window.technician.tone)
                border.width: Theme.line
                border.color: Theme.ink(window.technician.tone)

                Words {
                    id: said

                    objectName: "notice"
                    x: Theme.gap
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width - 2 * Theme.gap
                    color: Theme.ink(window.technician.tone)
                    font.pixelSize: Theme.caption
                    font.bold: true
                    text: window.technician.notice
                }
            }

            WorkBand {
                width: parent.width
                technician: window.technician
            }
        }

        Leaves {
            id: list

            readonly property real room: footer.y - y - Theme.mm(4)
            readonly property var rows: JSON.parse(window.technician.rows)
            readonly property var blank: ({
                    form: "",
                    name: "",
                    title: "",
                    note: "",
                    value: "",
                    tone: "",
                    icon: "",
                    on: false,
                    able: false,
                    parts: []
                })
            property string here

            x: window.edge
            y: head.y + head.height + Theme.mm(4)
            width: window.half
            height: window.pads && !window.beside ? Math.min(natural, room) : room
            spacing: Theme.mm(2.8)
            before: window.technician.pageBefore
            after: window.technician.pageAfter
            numbering: window.technician.pages
            model: rows.length
            onTurned: window.technician.stir()

            delegate: SheetRow {
                required property int index

                width: list.width
                technician: window.technician
                row: list.rows[index] ?? list.blank
            }
        }

        Loader {
            id: below

            x: window.beside ? window.edge + window.half + Theme.gutter : window.edge
            y: window.beside ? header.height + Theme.mm(5) : list.y + list.height + Theme.mm(5)
            width: window.half
            height: footer.y - y - Theme.mm(5)
            sourceComponent: window.technician.form === "pad" ? pad : window.technician.form === "keys" ? keyboard : window.technician.form === "card" ? card : null
        }

        Component {
            id: pad

            PinPad {
                technician: window.technician
            }
        }

        Component {
            id: keyboard

            Keyboard {
                technician: window.technician
            }
        }

        Component {
            id: card

            CardShape {
                technician: window.technician
            }
        }

        Rectangle {
            id: footer

            y: parent.height - height
            width: parent.width
            height: foot.y + foot.height + Theme.mm(4)
            color: Theme.card

            Rectangle {
                width: parent.width
                height: Theme.line
                color: Theme.edge
            }

            Row {
                id: actions

                readonly property bool any: window.technician.back !== "" || second.visible || main.visible

                x: window.edge
                y: Theme.mm(5)
                width: window.column
                height: any ? Math.max(Theme.mm(20), back.implicitHeight, second.implicitHeight, main.implicitHeight) : 0
                spacing: Theme.gutter

                SecondButton {
                    id: back

                    objectName: "back"
                    width: Math.max(Theme.mm(48), implicitWidth)
                    height: parent.height
                    visible: window.technician.back !== ""
                    icon: "arrow-left"
                    label: window.technician.back
                    onTapped: window.technician.act("back")
                }

                SecondButton {
                    id: second

                    objectName: "second"
                    width: Math.min(Math.max(Theme.mm(60), implicitWidth), window.column * 0.45)
                    height: parent.height
                    visible: label !== ""
                    icon: window.technician.second.icon ?? ""
                    label: window.technician.second.label ?? ""
                    onTapped: window.technician.act("second")
                }

                MainButton {
                    id: main

                    readonly property real taken: (back.visible ? back.width + actions.spacing : 0) + (second.visible ? second.width + actions.spacing : 0)

                    objectName: "main"
                    width: window.column - taken
                    height: parent.height
                    visible: label !== ""
                    enabled: window.technician.main.able ?? false
                    icon: window.technician.main.icon ?? ""
                    label: window.technician.main.label ?? ""
                    onTapped: window.technician.act("main")
                }
            }

            Words {
                id: foot

                x: window.edge
                y: actions.y + actions.height + Theme.mm(actions.any ? 4 : 0)
                width: window.column
                color: Theme.quiet
                font.pixelSize: Theme.small
                text: window.technician.foot
            }
        }
    }
}
