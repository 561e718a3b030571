"""信用: who loses 容缺 because a credit authority has a record of them. Whom, by a keyed hash."""
