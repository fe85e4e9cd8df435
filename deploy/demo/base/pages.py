"""Small pages for people: no scripts, one column, readable on a phone."""

from html import escape

from starlette.responses import HTMLResponse, Response

from demo.base.bodies import Refusal

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 17px/1.6 system-ui, sans-serif; margin: 0; color: #14202b; background: #fff }}
main {{ max-width: 32rem; margin: 0 auto; padding: 24px 16px }}
button {{ font: inherit; min-height: 44px; padding: 8px 24px; margin: 8px 8px 0 0; border: 1px solid #12406f;
  border-radius: 6px; color: #fff; background: #12406f }}
button.second {{ color: #12406f; background: #fff }}
</style>
</head>
<body><main>
<h1>{title}</h1>
{content}
</main></body>
</html>
"""


def page(title: str, content: str, status: int = 200) -> Response:
    """`content` is HTML; its values must have been escaped."""
    return HTMLResponse(PAGE.format(title=escape(title), content=content), status, HEADERS)


def refusal_page(no: Refusal) -> Response:
    return page("无法继续", f"<p>{escape(no.message)}</p>", no.status)
