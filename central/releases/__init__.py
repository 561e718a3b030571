"""分批更新: releases of the terminals' software, signed by their makers, sent out group by group, taken back."""
