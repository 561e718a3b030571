// Entries on leaves one turns instead of scrolling: each leaf ends between two entries.
pragma ComponentBehavior: Bound
import QtQuick
import Suiban

Item {
    id: leaves

    property string before
    property string after
    property string numbering
    property alias model: entries.model
    property alias delegate: entries.delegate
    property real spacing: Theme.gap
    property bool firstOnly: false
    property color ink: Theme.quiet
    property int most: Theme.mostChoices
    property int page: 0
    property var starts: [0]
    property bool fits: false
    // The entry the five keys have come to: its leaf is turned up.
    property Item wanted: null
    readonly property int pages: starts.length
    readonly property real natural: column.height
    // What one leaf of several holds.
    readonly property real leafRoom: height - pager.height - Theme.gap
    readonly property real used: pages > 1 && !firstOnly ? height : sheet.height

    signal turned

    function cut(room: real): list<int> {
        const found = [0];
        let top = 0;
        for (let at = 0; at < entries.count; at++) {
            const entry = entries.itemAt(at);
            const full = at - found[found.length - 1] >= most;
            if (entry && (full || entry.y + entry.height - top > room) && at > found[found.length - 1]) {
                found.push(at);
                top = entry.y;
            }
        }
        return found;
    }

    function holds(entry: Item, item: Item): bool {
        for (let around = item; around; around = around.parent)
            if (around === entry)
                return true;
        return false;
    }

    function arrange() {
        let found = cut(height);
        if (found.length > 1 && !firstOnly)
            found = cut(height - pager.height - Theme.gap); // not leafRoom: it may still be of the height before
        starts = found;
        page = Math.min(page, found.length - 1);
        const first = entries.itemAt(found[page]);
        const last = entries.itemAt(page + 1 < found.length ? found[page + 1] - 1 : entries.count - 1);
        fits = first !== null && first.height <= height;
        column.y = first ? -first.y : 0;
        sheet.height = first && last ? last.y + last.height - first.y : 0;
    }

    onWantedChanged: {
        for (let at = 0; wanted && at < entries.count; at++)
            if (holds(entries.itemAt(at), wanted)) {
                const turnedUp = starts.filter(start => start <= at).length - 1;
                if (turnedUp !== page)
                    page = turnedUp;
            }
        wanted = null;
    }
    onHeightChanged: arrange()
    onPageChanged: arrange()

    Item {
        id: sheet

        width: parent.width
        clip: true

        Column {
            id: column

            width: parent.width
            spacing: leaves.spacing
            onPositioningComplete: leaves.arrange()
            onHeightChanged: leaves.arrange()

            Repeater {
                id: entries
            }
        }
    }

    Item {
        id: pager

        anchors.bottom: parent.bottom
        width: parent.width
        height: Math.max(Theme.target, numbers.implicitHeight, Theme.mm(Theme.wide ? 14 : Theme.large ? 20 : 16))
        visible: leaves.pages > 1 && !leaves.firstOnly

        Pager {
            id: backward

            objectName: "page.before"
            anchors.left: parent.left
            height: parent.height
            icon: "chevron-left"
            label: leaves.before
            enabled: leaves.page > 0
            onTapped: {
                leaves.turned();
                leaves.page -= 1;
            }
        }

        Words {
            id: numbers

            anchors.centerIn: parent
            visible: implicitWidth + 2 * (Math.max(backward.width, forward.width) + Theme.gap) < parent.width
            color: leaves.ink
            font.pixelSize: Theme.caption
            text: leaves.numbering ? leaves.numbering.arg(leaves.page + 1).arg(leaves.pages) : ""
        }

        Pager {
            id: forward

            objectName: "page.after"
            anchors.right: parent.right
            height: parent.height
            icon: "chevron-right"
            label: leaves.after
            enabled: leaves.page < leaves.pages - 1
            onTapped: {
                leaves.turned();
                leaves.page += 1;
            }
        }
    }
}
