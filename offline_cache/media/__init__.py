"""Pictures for the attract screen: which are wanted, how they come down, and how much room they may take."""
