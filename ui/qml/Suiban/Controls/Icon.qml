// One of the tinted drawings of ui/assets/icons.
import QtQuick
import Suiban

Image {
    property string name
    property string tint: "primary"

    source: name ? Qt.resolvedUrl("../../../assets/icons/" + name + "-" + Theme.tinted(tint) + ".svg") : ""
    mirror: Theme.mirrored && (name.startsWith("arrow") || name.startsWith("chevron"))
    sourceSize.width: width
    sourceSize.height: height
}
