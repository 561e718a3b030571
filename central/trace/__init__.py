"""全程留痕: what was done with a case, from first touch to archive, chained by hashes, sealed by signed checkpoints."""
