"""A signed line: a header of any bytes is no signature, and no mistake of ours."""

from central.signed_lines.protocol import is_signed, signature


def test_a_signature_is_of_this_path_nonce_and_body_and_of_letters_alone() -> None:
    good = signature(b"key", "/orders", "n", b"{}")
    assert is_signed(b"key", "/orders", "n", b"{}", good)
    for path, nonce, body, given in (
        ("/query", "n", b"{}", good),
        ("/orders", "m", b"{}", good),
        ("/orders", "n", b"{ }", good),
        ("/orders", "n", b"{}", "é" * 64),
        ("/orders", "n", b"{}", ""),
    ):
        assert not is_signed(b"key", path, nonce, body, given)
