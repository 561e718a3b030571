"""我的号: how a number stands, on a phone by the code of its ticket and at any terminal; the text before its call."""
