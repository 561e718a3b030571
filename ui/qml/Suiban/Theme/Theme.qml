// The tokens of the look: colours, measures in millimetres, text sizes. Values only; Main sets the first block.
pragma Singleton
import QtQuick

QtObject {
    property real pxPerMm: 4
    property real textScale: 1
    property bool wide: false
    property bool still: false

    readonly property bool large: textScale > 1

    readonly property color text: "#14213D"
    readonly property color quiet: "#3D4A66"
    readonly property color page: "#F3F6FB"
    readonly property color card: "#FFFFFF"
    readonly property color primary: "#0B4EA2"
    readonly property color deep: "#083B7C"
    readonly property color pressed: "#062E61"
    readonly property color chalk: "#FFFFFF"
    readonly property color chalkQuiet: "#DCE8FA"
    readonly property color tint: "#E3EDFB"
    readonly property color tintPressed: "#C9DBF6"
    readonly property color good: "#0B5D36"
    readonly property color goodTint: "#EDF8F1"
    readonly property color attention: "#6B3F00"
    readonly property color attentionTint: "#FFF4DC"
    readonly property color attentionEdge: "#E7C77F"
    readonly property color wrong: "#8A1616"
    readonly property color wrongTint: "#FDECEC"
    readonly property color edge: "#6F84A8"
    readonly property color hairline: "#C5D1E5"
    readonly property color off: "#3A4358"
    readonly property color offTint: "#E6EAF1"
    readonly property color night: "#0A1222"
    readonly property color nightText: "#F2F5FA"
    readonly property color nightQuiet: "#AFC8F2"
    readonly property color nightCard: "#16213A"

    readonly property int margin: mm(wide ? 10 : 14)
    readonly property int gutter: mm(wide ? 5 : 7)
    readonly property int gap: mm(wide ? 3.2 : 4)
    readonly property int pad: mm(wide ? 5 : 7)
    readonly property int radius: mm(5)
    readonly property int line: Math.max(1, mm(0.25))
    readonly property int heavyLine: Math.max(2, mm(0.6))
    readonly property int header: mm(wide ? 18 : 24)
    readonly property int chip: mm(14)
    readonly property int row: mm(wide ? 22 : large ? 30 : 28)
    readonly property int mainButton: mm(wide ? 24 : large ? 34 : 26)
    readonly property int helpTile: mm(wide ? 24 : large ? 24 : 20)
    readonly property int key: mm(large ? 40 : 38)
    readonly property int icon: mm(wide ? 8 : 9)
    readonly property int columnWidth: mm(300)

    readonly property int display: mm((wide ? 10 : 14) * textScale)
    readonly property int title: mm((wide ? 8.6 : 11) * textScale)
    readonly property int tile: mm((wide ? 7.4 : 9) * textScale)
    readonly property int body: mm((wide ? 6.6 : 6.7) * textScale)
    readonly property int caption: mm((wide ? 5.8 : 6.2) * textScale)
    readonly property int small: mm(5.4 * textScale)

    readonly property int quick: still ? 0 : 160

    function ink(tone: string): color {
        return tone === "good" ? good : tone === "wrong" ? wrong : tone === "attention" ? attention : tone === "quiet" ? quiet : text;
    }

    function ground(tone: string): color {
        return tone === "good" ? goodTint : tone === "wrong" ? wrongTint : tone === "attention" ? attentionTint : offTint;
    }

    function mm(millimetres: real): int {
        return Math.round(millimetres * pxPerMm);
    }
}
