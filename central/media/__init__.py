"""宣传画面: pictures and short silent sequences for the attract screens, agreed by two, sent down the tree (ZZ-15)."""
