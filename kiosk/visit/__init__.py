"""The process of one citizen: screen, journey, devices. It ends with the visit, and all that is personal with it."""
