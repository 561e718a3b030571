// A white card, or a tinted one with a meaning.
import QtQuick
import Suiban

Rectangle {
    property string tone: "plain"

    radius: Theme.radius
    color: tone === "attention" ? Theme.attentionTint : tone === "tint" ? Theme.tint : tone === "good" ? Theme.goodTint : Theme.card
    border.width: tone === "tint" ? Theme.tintLine : Theme.line
    border.color: tone === "attention" ? Theme.attentionEdge : tone === "good" ? Theme.good : Theme.edge
}
