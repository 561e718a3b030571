"""接口说明: the OpenAPI document as a page anybody reads, made of the same description that machines fetch."""

import json
from collections import defaultdict
from typing import Any

from litestar import Router, get
from litestar.response import Response

from central.intake import openapi
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


_METHODS = ("get", "head", "post", "patch")


@get("/api", sync_to_thread=True)
def shown(request: Asked) -> Response[str]:
    """Every route by who calls it, with examples and every answer."""
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
    for path, routes in openapi.document(centre_of(request).settings.hall)["paths"].items():
        for method in _METHODS:
            if method in routes:
                groups[routes[method]["tags"][0]].append((path, method, routes[method]))
    language = language_of(request.query_params.get("lang", "")) or LANGUAGES[0]
    return render(
        request, "intake/templates/api.html", None, {"groups": groups, "as_json": _as_json}, language=language
    )


public = Router("/", route_handlers=[shown])
