"""Builds the Flask application."""

import datetime as dt
import time

from flask import Flask

from edge.core.languages import LANGUAGES
from web.abbreviations import abbreviations
from web.api import api
from web.appearance import appearance, dress
from web.audit_page import audit_page
from web.bank import bank
from web.bodies import MAX_BODY
from web.calendar import calendar
from web.cameras import cameras
from web.door.inside import hand_over
from web.door.page import door
from web.flood import flood
from web.footage import footage
from web.grants import GRANTS, Grants
from web.headers import harden
from web.incidents import incidents
from web.indicators import indicators
from web.library import library
from web.local_words import browser_name, local_time
from web.login import login
from web.me import me
from web.media import media
from web.office import office
from web.pages import pages
from web.people import people
from web.person import LINK_LIFE_S, check_csrf, csrf_token, live_token
from web.phone import phone
from web.phone_doors import keep_officials_in
from web.places import lead
from web.problems import show_problems
from web.recordings import recordings
from web.records import records
from web.refusals import count_refusals
from web.reports import reports
from web.river import river
from web.settings import SETTINGS_KEY, WebSettings
from web.settings_page import settings_page
from web.support import support
from web.talk import talk
from web.templates_page import templates
from web.texts import speak, texts
from web.uploads import uploads
from web.viewing import viewing

SESSION_LIFE = dt.timedelta(seconds=LINK_LIFE_S)
"""Of the cookie; how long the log-in in it holds says the supervisor (edge.core.account)."""


PARTS = (
    pages,
    login,
    api,
    media,
    incidents,
    cameras,
    recordings,
    footage,
    indicators,
    talk,
    records,
    templates,
    abbreviations,
    bank,
    uploads,
    calendar,
    phone,
    river,
    flood,
    reports,
    texts,
    library,
    viewing,
    appearance,
    me,
    people,
    door,
    settings_page,
    office,
    support,
    audit_page,
)
"""The pages and what they ask, in the order in which an address is looked for."""


def create_app(settings: WebSettings) -> Flask:
    """The application for these settings; nothing is global, so several may live in one process."""
    app = Flask(__name__)
    app.config.from_mapping(_flask_config(settings))
    app.extensions[GRANTS] = Grants(time.monotonic)
    app.before_request(check_csrf)
    app.before_request(keep_officials_in)
    app.after_request(harden)
    count_refusals(app)
    show_problems(app)
    hand_over(app, settings)
    for part in PARTS:
        app.register_blueprint(part)
    speak(app)
    dress(app)
    lead(app)
    app.jinja_env.globals.update(local_time=local_time, browser_name=browser_name, live_token=live_token)
    app.jinja_env.globals.update(csrf_token=csrf_token, settings=settings, languages=LANGUAGES)
    return app


def _flask_config(settings: WebSettings) -> dict[str, object]:
    return {
        SETTINGS_KEY: settings,
        "SECRET_KEY": settings.secret_key(),
        "SESSION_COOKIE_NAME": "mo_lang",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_SECURE": settings.https,
        "PERMANENT_SESSION_LIFETIME": SESSION_LIFE,
        "MAX_CONTENT_LENGTH": MAX_BODY,
    }
