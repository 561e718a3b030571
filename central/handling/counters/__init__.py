"""四个一次: how often each case's citizen asked, was given forms, handed something in, was told to correct."""
