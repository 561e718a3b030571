// A field of at least 100 x 60 mm to write one character in. Each stroke is drawn as it comes, never the whole ink again.
import QtQuick
import Suiban

Rectangle {
    id: field

    property string hint
    property string speech
    property bool hidden: false
    property var strokes: []

    signal wrote(points: var)
    signal began

    function wipe() {
        strokes = [];
        ink.again = true;
        ink.requestPaint();
    }

    function undo() {
        strokes = strokes.slice(0, -1);
        ink.again = true;
        ink.requestPaint();
    }

    radius: Theme.radius
    color: Theme.card
    border.width: Theme.heavyLine
    border.color: Theme.primary

    Words {
        anchors.centerIn: parent
        width: Math.min(implicitWidth, parent.width - 2 * Theme.pad)
        visible: field.strokes.length === 0
        color: Theme.quiet
        horizontalAlignment: Text.AlignHCenter
        text: field.hint
    }

    Canvas {
        id: ink

        property bool again: false
        property int drawn: 0

        function line(draw: var, stroke: var, from: int) {
            draw.beginPath();
            draw.moveTo(stroke[from], stroke[from + 1]);
            if (stroke.length === from + 2)
                draw.lineTo(stroke[from] + 1, stroke[from + 1]);
            for (let at = from + 2; at < stroke.length; at += 2)
                draw.lineTo(stroke[at], stroke[at + 1]);
            draw.stroke();
        }

        anchors.fill: parent
        visible: !field.hidden
        renderStrategy: Canvas.Immediate
        onPaint: {
            const draw = getContext("2d");
            if (again)
                draw.reset();
            draw.lineWidth = Theme.mm(1.6);
            draw.lineCap = "round";
            draw.lineJoin = "round";
            draw.strokeStyle = Theme.text;
            if (again) {
                for (const stroke of field.strokes)
                    line(draw, stroke, 0);
            } else if (field.strokes.length > 0) {
                const last = field.strokes[field.strokes.length - 1];
                line(draw, last, Math.max(0, Math.min(drawn, last.length) - 2));
                drawn = last.length;
            }
            again = false;
        }
    }

    MouseArea {
        objectName: "writing"
        anchors.fill: parent
        preventStealing: true
        onPressed: mouse => {
            field.began();
            field.strokes.push([Math.round(mouse.x), Math.round(mouse.y)]);
            field.strokesChanged();
            ink.drawn = 0;
            ink.requestPaint();
        }
        onPositionChanged: mouse => {
            field.strokes[field.strokes.length - 1].push(Math.round(mouse.x), Math.round(mouse.y));
            ink.requestPaint();
        }
        onReleased: field.wrote(field.strokes[field.strokes.length - 1])
        onCanceled: field.wrote(field.strokes[field.strokes.length - 1])
    }
}
