"""What staff do with a case: notices in writing, its way, who has it now, how often its citizen came."""
