"""What programs of other systems may ask, described for the OpenAPI document, with an example of each."""

from typing import Any, Final

from central.exchange.gathering import What

_ERROR: Final = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
_TOKEN: Final = {
    "name": "Authorization",
    "in": "header",
    "required": False,
    "description": "`Bearer` and the token of `central add-program`",
    "schema": {"type": "string", "pattern": "^Bearer [A-Za-z0-9_-]{1,80}$"},
    "example": "Bearer 0f3kV9aQ-example",
}
_REFUSED: Final = {"401": "No token that opens anything.", "403": "The token may not have this."}


def paths() -> dict[str, Any]:
    """The exchange's paths."""
    days = [
        {"name": name, "in": "query", "schema": {"type": "string"}, "example": example, "description": text}
        for name, example, text in (
            ("first", "2026-11-01", "first day of the hall; else the first of the month of `last`"),
            ("last", "2026-11-30", "last day; else today"),
        )
    ]
    what = {"name": "what", "in": "path", "required": True, "schema": {"type": "string", "enum": list(What)}}
    made = {
        "standard": "GB/T 39046-2020",
        "tables": [
            {"table": "9", "name": "评价信息", "rows": [{"满意度": "非常满意", "满意度代码": "1"}], "losses": []}
        ],
    }
    checked = {"well": [{"row": 0, "slug": "residence-permit", "version": 3}], "wrong": []}
    sent = {"rows": [{"catalog_code": "000109008001", "task_code": "11610100MB2A60001N2000109008001"}]}
    return {
        "/exchange/{what}": {
            "get": {
                "summary": "Fetch what the district exchanges",
                "tags": ["exchange"],
                "operationId": "ExchangeFetch",
                "parameters": [what, _TOKEN, *days],
                "responses": _answers("The export, each loss named.", made, {"404": "Nothing is called so."}),
            }
        },
        "/exchange/items/check": {
            "post": {
                "summary": "Check items of the provincial schema; nothing is published",
                "tags": ["exchange"],
                "operationId": "ExchangeCheckItems",
                "parameters": [_TOKEN],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "object"}, "example": sent}},
                },
                "responses": _answers(
                    "Which rows are well, and what is wrong with which field of the others.",
                    checked,
                    {"400": "No JSON object with `rows`.", "413": "The body is too large."},
                ),
            }
        },
        "/metrics": {
            "get": _plain(
                "Figures for a monitoring server, in the text form of Prometheus",
                "ExchangeFigures",
                {"200": "The figures.", "403": "Neither this machine nor the token of the settings."},
            )
        },
        "/healthz": {"get": _plain("Whether the process answers", "ExchangeAlive", {"200": "It does."})},
        "/readyz": {
            "get": _plain(
                "Whether it can serve", "ExchangeReady", {"200": "It can.", "503": "What is wrong, a line each."}
            )
        },
    }


def _answers(text: str, example: dict[str, Any], more: dict[str, str]) -> dict[str, Any]:
    well = {"description": text, "content": {"application/json": {"schema": {"type": "object"}, "example": example}}}
    refused = {
        status: {"description": words, "content": {"application/json": {"schema": _ERROR}}}
        for status, words in {**_REFUSED, **more}.items()
    }
    return {"200": well, **refused}


def _plain(summary: str, name: str, answers: dict[str, str]) -> dict[str, Any]:
    content = {"text/plain": {"schema": {"type": "string"}}}
    told = {status: {"description": text, "content": content} for status, text in answers.items()}
    return {"summary": summary, "tags": ["health"], "operationId": name, "responses": told}
