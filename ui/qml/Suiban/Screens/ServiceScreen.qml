// Any page of any service: the frame, the body of its kind, and what may be done instead.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

PageFrame {
    id: page

    required property PageViewModel view
    readonly property bool entering: view.kind === "Enter"
    // On lying glass what else may be done has room under the question, and none below the answers.
    readonly property bool beside: Theme.wide && !folded && view.trouble === "" && !entering

    title: view.title
    lead: view.why
    trouble: view.trouble
    spoken: [title, lead, trouble, ...(view.kind === "Scan" ? [view.body.verdict_word, ...view.body.findings] : view.kind === "Wait" ? [view.body.doing, view.body.usually] : entering ? [(body.item as EnterBody)?.heard ?? ""] : [])].filter(line => line !== "").join("\n")
    main: view.main
    mainIcon: view.mainIcon
    mainEnabled: view.mainOff === ""
    onMainTapped: view.goOn()
    aside: [
        Entry {
            width: parent ? parent.width : 0
            visible: page.entering
            text: page.entering ? page.view.body.typed : ""
            placeholder: page.entering ? page.view.body.example : ""
            missing: page.entering ? page.view.body.left : ""
            complete: page.entering && page.view.body.complete
        },
        Loader {
            width: parent ? parent.width : 0
            active: page.beside && page.view.second.length > 0
            visible: active
            sourceComponent: more
        }
    ]
    others: page.view.second.length > 0 ? more : null

    Connections {
        function onTurned() {
            body.active = false;
            body.active = true;
        }

        target: page.view
    }

    Loader {
        id: body

        width: parent.width
        height: page.room - (seconds.active && seconds.visible ? seconds.height + Theme.pad : 0)
        sourceComponent: {
            switch (page.view.kind) {
            case "Choose":
                return choose;
            case "Enter":
                return enter;
            case "Read":
                return read;
            case "Check":
                return check;
            case "Scan":
                return scan;
            case "Sign":
                return sign;
            case "Wait":
                return wait;
            default:
                return null;
            }
        }
    }

    Loader {
        id: seconds

        anchors.bottom: parent.bottom
        width: parent.width
        active: !page.folded && !page.beside
        visible: page.view.second.length > 0
        sourceComponent: more
    }

    // What may be done instead comes after the answers, wherever it stands.
    Component {
        id: more

        Flow {
            id: row

            readonly property int columns: Theme.folded && Theme.wide ? 2 : Theme.large || page.view.second.length === 1 ? 1 : 2

            spacing: Theme.gap

            Repeater {
                model: page.view.second

                SecondButton {
                    required property var modelData

                    objectName: "act." + modelData.name
                    rank: page.beside ? 1 : 0
                    width: (row.width - (row.columns - 1) * row.spacing) / row.columns
                    enabled: modelData.off === ""
                    icon: modelData.icon
                    label: modelData.label
                    note: modelData.note
                    onTapped: page.view.act(modelData.name)
                }
            }
        }
    }

    Component {
        id: choose

        ChooseBody {
            view: page.view
            frame: page.frame
        }
    }

    Component {
        id: enter

        EnterBody {
            view: page.view
            frame: page.frame
        }
    }

    Component {
        id: read

        ReadBody {
            view: page.view
            frame: page.frame
        }
    }

    Component {
        id: check

        CheckBody {
            view: page.view
            frame: page.frame
        }
    }

    Component {
        id: scan

        ScanBody {
            view: page.view
        }
    }

    Component {
        id: sign

        SignBody {
            view: page.view
        }
    }

    Component {
        id: wait

        WaitBody {
            view: page.view
        }
    }
}
