// One of the tinted drawings of ui/assets/icons.
import QtQuick

Image {
    property string name
    property string tint: "primary"

    source: name ? Qt.resolvedUrl("../../../assets/icons/" + name + "-" + tint + ".svg") : ""
    sourceSize.width: width
    sourceSize.height: height
}
