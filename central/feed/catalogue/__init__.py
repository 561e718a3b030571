"""The service items this centre published, as other domains read them."""
