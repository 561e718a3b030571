"""Writes the texts that follow from others: python -m kiosk.words convert."""

import argparse

from kiosk.words import hant


def main() -> None:
    """Write every file of kiosk/words/zh-Hant anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["convert"])
    parser.parse_args()
    for path, text in hant.converted().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)  # noqa: T201 - what it did is its product
    for path in hant.left_over():
        path.unlink()
        print(f"{path}: removed")  # noqa: T201


if __name__ == "__main__":
    main()
