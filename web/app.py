"""The Flask application: its parts, in the order in which a request meets them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ledger import transaction
from ledger.store import Store
from web import (
    addresses,
    alert_words,
    api,
    assets,
    characters,
    cookie,
    csrf,
    decision_words,
    errors,
    formats,
    headers,
    import_words,
    languages,
    metrics,
    navigation,
    notes,
    pace,
    pages,
    properties,
    request_ids,
    rights,
    shown,
    subjects,
    templating,
    themes,
    visit,
)
from web.api import bearer, polling, strangers
from web.api import pace as api_pace
from web.pages import login
from web.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
FORM_MEMORY = 2 * 1024 * 1024
PARTS = (
    notes,
    templating,
    metrics,
    request_ids,
    languages,
    formats,
    errors,
    assets,
    addresses,
    navigation,
    shown,
    import_words,
    subjects,
    themes,
    decision_words,
    alert_words,
)
BEFORE = (
    cookie.find_person,
    bearer.find_key,
    api_pace.check,
    rights.check,
    characters.check,
    csrf.check,
)


class Application(Flask):
    """Flask, in which no view and no step around it is a coroutine, so that none is asked whether it is one."""

    def ensure_sync(self, func: View) -> View:
        return func


def create_app(store: Store, settings: Settings) -> Flask:
    """Return the application on `store`, whose tables are up to date (`web.schema`)."""
    app = Application("web", static_folder="static", static_url_path="/static")
    secret = transaction.run(store, "system", properties.secret)
    _configure(app, settings, secret)
    visit.init_app(app, store, settings)
    headers.init_app(app, is_secure=settings.is_secure)
    for part in PARTS:
        part.init_app(app)
    for step in BEFORE:
        app.before_request(step)
    app.jinja_env.globals.update(csrf_token=csrf.token, may=rights.may, language=languages.language)
    for page in blueprints():
        app.register_blueprint(page)
    app.register_blueprint(api.api)
    polling.init_app(app, settings.threads, settings.waiting)
    api_pace.init_app(app, settings.api_limit)
    strangers.init_app(app, settings.key_limit)
    if settings.login_limit:
        app.extensions[login.PACE] = pace.Pace("login_limit", settings.login_limit)
    if settings.trusted_proxies:
        behind = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=behind, x_proto=behind, x_host=behind)  # type: ignore[method-assign]  # Flask's documented way
    return app


def _configure(app: Flask, settings: Settings, secret: str) -> None:
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME=notes.NAME,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure,
        MAX_CONTENT_LENGTH=settings.upload_megabytes * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=FORM_MEMORY,
    )


def blueprints() -> list[Blueprint]:
    """Every page's blueprint: each module of `web.pages` has one, called `page`."""
    names = [module.name for module in pkgutil.iter_modules(pages.__path__)]
    return [importlib.import_module(f"web.pages.{name}").page for name in names]
