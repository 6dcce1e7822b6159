"""What a browser is told about every answer: no foreign code, no framing, no guessing of types."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
A_YEAR = 365 * 24 * 3600


def init_app(app: Flask, *, is_secure: bool) -> None:
    """Set the headers on every answer of `app`; over https also that it must stay https."""
    everywhere = list(HEADERS.items())
    if is_secure:
        everywhere.append(("Strict-Transport-Security", f"max-age={A_YEAR}"))

    @app.after_request
    def set_headers(answer: Response) -> Response:
        said = {name.lower() for name, _ in answer.headers}
        answer.headers.extend(one for one in everywhere if one[0].lower() not in said)
        if request.endpoint != "static":
            answer.headers.setdefault("Cache-Control", "no-store")
        elif "/build/" in request.path:
            answer.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return answer
