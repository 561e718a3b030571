"""减证便民: which proofs nobody has to bring any more."""
