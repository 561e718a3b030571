// The tokens of the look: colours, measures in millimetres, text sizes. Values only; Main sets the first block.
pragma Singleton
import QtQuick

QtObject {
    property real pxPerMm: 4
    property int size: 2
    property string contrast: "standard"
    property bool elder: false
    property string family: "Suiban"
    // Read from right to left: rows and anchors turn, and so do arrows.
    property bool mirrored: false
    property bool wide: false
    property bool still: false
    property real above: 0
    property real below: 0

    // Text above the usual needs its room: fewer things beside one another.
    readonly property bool large: size > 2 || elder
    // Too little room for a question and its answers on one page: they become two.
    readonly property bool folded: wide ? large : size > 3 && above > 0
    readonly property real textScale: [0.86, 1, 1.33, 1.76][size - 1]
    // Headings are above the size that was asked for anyway; they grow less, so that what follows has room.
    readonly property real headScale: [0.9, 1, 1.22, 1.4][size - 1]

    readonly property color text: pick("#14213D", "#F2F5FA", "#FFFFFF", "#FFE600")
    readonly property color quiet: pick("#3D4A66", "#C3D0E8", "#FFFFFF", "#FFE600")
    readonly property color page: pick("#F3F6FB", "#0D1526", "#000000", "#000000")
    readonly property color card: pick("#FFFFFF", "#16213A", "#000000", "#000000")
    // The thing to do next, and the words on it.
    readonly property color primary: pick("#0B4EA2", "#8FBCFF", "#FFFFFF", "#FFE600")
    readonly property color pressed: pick("#062E61", "#C4DCFF", "#FFE600", "#FFFFFF")
    readonly property color chalk: pick("#FFFFFF", "#0D1526", "#000000", "#000000")
    readonly property color primaryShape: pick("#2A66B4", "#B7D3FF", "#FFFFFF", "#FFE600")
    // Headers and whatever lies over a page.
    readonly property color band: pick("#083B7C", "#1B2A4A", "#000000", "#000000")
    readonly property color bandPressed: pick("#062E61", "#2E4070", "#333333", "#333333")
    readonly property color bandInk: pick("#FFFFFF", "#F2F5FA", "#FFFFFF", "#FFE600")
    readonly property color bandQuiet: pick("#DCE8FA", "#C3D0E8", "#FFFFFF", "#FFE600")
    readonly property color bandShape: pick("#0B4EA2", "#2E4070", "#000000", "#000000")
    readonly property color bandChosen: pick("#FFFFFF", "#F2F5FA", "#FFFFFF", "#FFE600")
    readonly property color bandChosenInk: pick("#083B7C", "#0D1526", "#000000", "#000000")
    // Tinted grounds, and what is written on them.
    readonly property color deep: pick("#083B7C", "#C4DCFF", "#FFFFFF", "#FFE600")
    readonly property color tint: pick("#E3EDFB", "#22304F", "#000000", "#000000")
    readonly property color tintPressed: pick("#C9DBF6", "#2E4070", "#333333", "#333333")
    readonly property color good: pick("#0B5D36", "#8CE6B1", "#FFFFFF", "#FFE600")
    readonly property color goodTint: pick("#EDF8F1", "#10291C", "#000000", "#000000")
    readonly property color attention: pick("#6B3F00", "#FFD58A", "#FFE600", "#FFFFFF")
    readonly property color attentionTint: pick("#FFF4DC", "#33260B", "#000000", "#000000")
    readonly property color attentionEdge: pick("#E7C77F", "#E7C77F", "#FFE600", "#FFFFFF")
    readonly property color wrong: pick("#8A1616", "#FFB3B3", "#FFE600", "#FFFFFF")
    readonly property color wrongTint: pick("#FDECEC", "#3A1416", "#000000", "#000000")
    readonly property color edge: pick("#6F84A8", "#8296BC", "#FFFFFF", "#FFE600")
    readonly property color hairline: pick("#C5D1E5", "#3A4A6E", "#FFFFFF", "#FFE600")
    // Where the five keys are: one of the two stands out from any ground.
    readonly property color focusDark: "#0A1222"
    readonly property color focusLight: "#FFD400"
    readonly property color off: pick("#3A4358", "#C5CCDA", "#FFFFFF", "#FFE600")
    readonly property color offTint: pick("#E6EAF1", "#2A3246", "#000000", "#000000")
    // At night the attract screen is dark in every mode.
    readonly property color night: pick("#0A1222", "#0A1222", "#000000", "#000000")
    readonly property color nightText: pick("#F2F5FA", "#F2F5FA", "#FFFFFF", "#FFE600")
    readonly property color nightQuiet: pick("#AFC8F2", "#AFC8F2", "#FFFFFF", "#FFE600")
    readonly property color nightCard: pick("#16213A", "#16213A", "#000000", "#000000")

    readonly property bool high: contrast.startsWith("black")

    // Paper stays paper in every contrast: what is signed or photographed looks as it is.
    readonly property color sheet: "#FFFFFF"
    readonly property color sheetInk: "#14213D"
    readonly property color sheetQuiet: "#2B3650"

    readonly property int margin: mm(wide ? 10 : 14)
    readonly property int gutter: mm(wide ? 5 : 7)
    readonly property int gap: mm(wide ? 3.2 : 4)
    readonly property int pad: mm(wide ? 5 : 7)
    readonly property int radius: mm(5)
    readonly property int line: Math.max(1, mm(high ? 0.5 : 0.25))
    readonly property int heavyLine: Math.max(2, mm(high ? 1 : 0.6))
    // The edge of what a tinted ground alone sets apart; where there are no tints it is drawn.
    readonly property int tintLine: contrast === "standard" ? 0 : line
    readonly property int header: mm(wide ? 18 : 24)
    // The smallest a finger has to hit, and a fifth more with it: gaps are measured beside it.
    readonly property int target: mm(elder ? 20 : 13)
    readonly property int chip: mm(elder ? 20 : 14)
    readonly property int row: mm(wide ? 22 : elder ? 34 : large ? 30 : 28)
    readonly property int mainButton: mm(wide ? 24 : large ? 34 : 26)
    readonly property int helpTile: mm(wide || large ? 24 : 20)
    readonly property int key: mm(elder ? 40 : 38)
    readonly property int icon: mm(wide ? 8 : 9)
    readonly property int columnWidth: mm(folded ? 340 : 300)
    readonly property int mostChoices: elder ? 5 : 99

    readonly property int display: mm((wide ? 10 : 14) * headScale)
    readonly property int title: mm(Math.max((wide ? 8.6 : 11) * headScale, 6.7 * textScale))
    readonly property int tile: mm(Math.max((wide ? 7.4 : 9) * headScale, 6.7 * textScale))
    readonly property int body: mm(6.7 * textScale)
    readonly property int caption: mm((wide ? 5.8 : 6.2) * textScale)
    // Never under a capital height of 3.5 mm.
    readonly property int small: mm(Math.max(4.9, 5.4 * textScale))

    readonly property int quick: still ? 0 : 160

    function pick(standard: color, dark: color, white: color, yellow: color): color {
        return contrast === "standard" ? standard : contrast === "dark" ? dark : contrast === "black_white" ? white : yellow;
    }

    // The tint a drawing has in these colours; ui/assets/icons.toml lists what there is.
    function tinted(tint: string): string {
        if (tint === "onlight")
            return contrast === "standard" ? "deep" : contrast === "dark" ? "ink" : "black";
        if (contrast === "standard")
            return tint;
        if (contrast === "dark") {
            const usual = ["primary", "deep", "white", "band", "text", "quiet", "attention", "good", "wrong"];
            const dark = ["sky", "sky", "ink", "snow", "snow", "mist", "amber", "mint", "rose"];
            return dark[usual.indexOf(tint)] ?? tint;
        }
        if (tint === "white")
            return "black";
        const stands = tint === "attention" || tint === "wrong";
        return stands === (contrast === "black_white") ? "yellow" : "white";
    }

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
