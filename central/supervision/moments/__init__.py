"""When and where something happened, as links into the hall's video index; the product stores no video."""
