"""走流程: visits of staff who tried what citizens do, step by step, and where it got stuck."""
