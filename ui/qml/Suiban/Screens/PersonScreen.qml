// Is this you? Masked, because others may stand behind.
import QtQuick
import Suiban

PageFrame {
    id: page

    required property PersonViewModel view

    title: view.title
    lead: view.why
    trouble: view.trouble
    main: view.yes
    second: view.no
    secondName: "not_me"
    onMainTapped: view.confirm()
    onSecondTapped: view.deny()

    Panel {
        id: card

        width: parent.width
        height: facts.height + 2 * Theme.mm(Theme.wide ? 7 : 16)

        Badge {
            id: badge

            anchors.left: parent.left
            anchors.leftMargin: Theme.pad
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.mm(Theme.large ? 26 : 34)
            height: width
            radius: width / 2
            visible: !Theme.wide
            name: "id-card"
        }

        Facts {
            id: facts

            anchors.left: badge.visible ? badge.right : parent.left
            anchors.leftMargin: Theme.pad
            anchors.right: parent.right
            anchors.rightMargin: Theme.pad
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.mm(Theme.wide ? 3 : 8)
            size: Theme.wide || Theme.large ? Theme.body : Theme.tile
            labelPart: 0.28
            model: page.view.lines
        }
    }

    LargerOffer {
        id: offer

        anchors.bottom: parent.bottom
        width: parent.width
        visible: title !== "" && !(green.visible && Theme.wide)
        title: page.view.offer
        why: page.view.offerWhy
        yes: page.view.offerYes
        no: page.view.offerNo
        onAccepted: page.view.takeOffer()
        onDeclined: page.view.declineOffer()
    }

    SecondButton {
        id: green

        objectName: "green"
        anchors.top: card.bottom
        anchors.topMargin: Theme.gap
        width: parent.width
        visible: label !== ""
        icon: "heart-handshake"
        label: page.view.green
        onTapped: page.view.takeGreen()
    }

    Row {
        anchors.top: green.visible ? green.bottom : card.bottom
        anchors.topMargin: Theme.pad
        visible: !(Theme.wide && (offer.visible || green.visible))
        width: parent.width
        spacing: Theme.gap

        Icon {
            id: shield

            width: Theme.mm(8)
            height: width
            name: "eye-off"
            tint: "quiet"
        }

        Words {
            width: parent.width - shield.width - parent.spacing
            color: Theme.quiet
            font.pixelSize: Theme.caption
            text: page.view.kept
        }
    }
}
