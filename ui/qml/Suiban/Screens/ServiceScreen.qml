// Any page of any service: the frame, the body of its kind, and what may be done instead.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

PageFrame {
    id: page

    required property PageViewModel view
    readonly property bool entering: view.kind === "Enter"

    title: view.title
    lead: view.why
    trouble: view.trouble
    spoken: [title, lead, trouble, ...(view.kind === "Scan" ? [view.body.verdict_word, ...view.body.findings] : view.kind === "Wait" ? [view.body.doing, view.body.usually] : [])].filter(line => line !== "").join("\n")
    main: view.main
    mainIcon: view.mainIcon
    mainEnabled: view.mainOff === ""
    onMainTapped: view.goOn()
    aside: Entry {
        width: parent ? parent.width : 0
        visible: page.entering
        text: page.entering ? page.view.body.typed : ""
        placeholder: page.entering ? page.view.body.example : ""
        missing: page.entering ? page.view.body.left : ""
        complete: page.entering && page.view.body.complete
    }

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
        height: page.room - (seconds.visible ? seconds.height + Theme.pad : 0)
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

    Flow {
        id: seconds

        readonly property int columns: Theme.large || page.view.second.length === 1 ? 1 : 2

        anchors.bottom: parent.bottom
        width: parent.width
        visible: page.view.second.length > 0
        spacing: Theme.gap

        Repeater {
            model: page.view.second

            SecondButton {
                required property var modelData

                objectName: "act." + modelData.name
                width: (seconds.width - (seconds.columns - 1) * seconds.spacing) / seconds.columns
                enabled: modelData.off === ""
                icon: modelData.icon
                label: modelData.label
                note: modelData.note
                onTapped: page.view.act(modelData.name)
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
