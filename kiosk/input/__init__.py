"""What a citizen types: Pinyin, strokes, radicals, handwriting, pads, addresses. No Qt, and nothing is kept."""
