"""What the wall shows of halls and terminals beside their last word: queues, satisfaction, how much paper is used."""
