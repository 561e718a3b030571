"""One QObject a screen: it holds one frozen view, shows it to QML and turns touches into events."""
