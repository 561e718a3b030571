// The text, and a field of at least 100 x 50 mm to sign in.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: body

    required property PageViewModel view
    readonly property var what: view.body
    property var strokes: []

    function again() {
        strokes = [];
        ink.requestPaint();
        view.sign([]);
    }

    Column {
        id: text

        width: parent.width
        spacing: Theme.mm(1)

        Repeater {
            model: body.what.text

            Words {
                required property string modelData
                readonly property string speech: modelData

                width: text.width
                text: modelData
            }
        }
    }

    Rectangle {
        id: field

        anchors.bottom: parent.bottom
        width: parent.width
        height: Math.max(Theme.mm(56), Math.min(Theme.mm(90), parent.height - text.height - Theme.gap))
        radius: Theme.radius
        color: Theme.sheet
        border.width: Theme.heavyLine
        border.color: Theme.primary

        Words {
            anchors.centerIn: parent
            visible: body.strokes.length === 0
            color: Theme.sheetQuiet
            text: body.what.here
        }

        Canvas {
            id: ink

            anchors.fill: parent
            onPaint: {
                const draw = getContext("2d");
                draw.reset();
                draw.lineWidth = Theme.mm(0.9);
                draw.lineCap = "round";
                draw.lineJoin = "round";
                draw.strokeStyle = Theme.sheetInk;
                for (const stroke of body.strokes) {
                    draw.beginPath();
                    draw.moveTo(stroke[0].x, stroke[0].y);
                    for (const point of stroke)
                        draw.lineTo(point.x, point.y);
                    draw.stroke();
                }
            }
        }

        MouseArea {
            objectName: "signature"
            anchors.fill: parent
            preventStealing: true
            onPressed: mouse => {
                body.strokes.push([Qt.point(mouse.x, mouse.y)]);
                body.strokesChanged();
                ink.requestPaint();
            }
            onPositionChanged: mouse => {
                body.strokes[body.strokes.length - 1].push(Qt.point(mouse.x, mouse.y));
                ink.requestPaint();
            }
            onReleased: {
                const tenths = 10 / Theme.pxPerMm;
                body.view.sign(body.strokes.map(stroke => stroke.map(point => [point.x * tenths, point.y * tenths])));
            }
        }

        SecondButton {
            objectName: "sign.again"
            anchors.right: parent.right
            anchors.top: parent.top
            anchors.margins: Theme.gap
            implicitHeight: Theme.mm(16)
            visible: body.strokes.length > 0
            icon: "eraser"
            label: body.what.again
            onTapped: body.again()
        }
    }
}
