// One row of a page, drawn as its form says.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: line

    required property TechnicianViewModel technician
    required property var row

    height: drawn.height

    Loader {
        id: drawn

        width: parent.width
        sourceComponent: switch (line.row.form ?? "") {
        case "heading":
            return heading;
        case "text":
            return sentence;
        case "device":
        case "go":
            return state;
        case "switch":
            return onOff;
        case "stepper":
            return stepper;
        case "choice":
        case "buttons":
            return parts;
        case "frame":
            return frame;
        case "entry":
            return entry;
        case "fact":
            return fact;
        default:
            return null;
        }
    }

    Component {
        id: heading

        Words {
            topPadding: Theme.mm(3)
            color: Theme.primary
            font.pixelSize: Theme.caption
            font.bold: true
            text: line.row.title
        }
    }

    Component {
        id: sentence

        Words {
            color: Theme.ink(line.row.tone)
            font.pixelSize: line.row.tone === "quiet" ? Theme.small : Theme.caption
            font.bold: line.row.tone !== "quiet"
            text: line.row.title
        }
    }

    Component {
        id: state

        StateLine {
            row: line.row
            onTapped: line.technician.act(line.row.name)
        }
    }

    Component {
        id: onOff

        SwitchLine {
            row: line.row
            onTapped: line.technician.act(line.row.name)
        }
    }

    Component {
        id: stepper

        StepperLine {
            row: line.row
            technician: line.technician
        }
    }

    Component {
        id: parts

        PartsLine {
            row: line.row
            technician: line.technician
        }
    }

    Component {
        id: frame

        FrameLine {
            row: line.row
        }
    }

    Component {
        id: entry

        EntryLine {
            row: line.row
        }
    }

    Component {
        id: fact

        FactLine {
            row: line.row
        }
    }
}
