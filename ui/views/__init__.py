"""Views: one frozen value a screen with every text finished. Pure; a view knows nothing of Qt."""
