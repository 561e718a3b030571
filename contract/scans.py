"""How the bytes of a sealed scan travel: the tus 1.0 protocol, one upload named by its hash. Pure.

POST   /v1/scans          Tus-Resumable, Upload-Length, Upload-Metadata (hash, case, what) -> 201 Location, 200 if held
HEAD   /v1/scans/{hash}   -> 200 Upload-Offset, Upload-Length; 404 before it was created
PATCH  /v1/scans/{hash}   Upload-Offset, Content-Type application/offset+octet-stream -> 204 Upload-Offset
                          409 another offset is held: HEAD and go on from there; 460 the piece or the whole does not
                          have its hash (the whole: offset 0 again)

Every request is signed like any other; the Content-Digest of a piece is its checksum.
"""

SCANS_PATH = "/v1/scans"
TUS_VERSION = "1.0.0"
OFFSET_TYPE = "application/offset+octet-stream"
PIECE_SMALLEST = 16 * 1024
PIECE_LARGEST = 1024 * 1024
SCAN_LARGEST = 64 * 1024 * 1024
CHECKSUM_MISMATCH = 460


def scan_path(scan_hash: str) -> str:
    """Where one scan is."""
    return f"{SCANS_PATH}/{scan_hash}"
