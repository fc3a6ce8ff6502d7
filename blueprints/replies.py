"""Whole page or fragment, decided here only. Nothing else reads htmx's headers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from flask import Response, flash, make_response, redirect, render_template, request
from markupsafe import Markup, escape
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from school.lib import text


def page(template: str, /, **context: Any) -> Response:
    """A whole page."""
    return make_response(render_template(template, **context))


def reply(goto: str, *fragments: str, say: str = "") -> BaseResponse:
    """The answer to a POST that worked: the changed fragments for htmx, a redirect for everybody else."""
    if by_htmx() and fragments:
        return make_response("".join(fragments) + (_toast(say) if say else ""))
    if say:
        flash(say, "say")
    return go(goto)


def go(goto: str) -> BaseResponse:
    """To another page, also when a script asked."""
    if by_htmx():
        return Response(status=204, headers={"HX-Redirect": iri_to_uri(goto)})
    return redirect(goto, 303)


def fragment(template: str, /, **context: Any) -> str:
    return render_template(template, **context)


def invalid(template: str, part: str = "", /, **context: Any) -> Response:
    """The form again, with what is wrong; nothing that was typed is lost. ``part``: the fragment htmx replaces."""
    return make_response(render_template(part if part and by_htmx() else template, **context), 422)


def refused(goto: str, sentence: str) -> BaseResponse:
    """A verb said no and there is no form to show it in."""
    if by_htmx():
        answer = make_response(_toast(sentence, "error"), 422)
        answer.headers["HX-Reswap"] = "none"  # what the button stood in stays; only the message is new
        return answer
    flash(sentence, "error")
    return redirect(goto, 303)


def to_login() -> BaseResponse:
    """Logging in comes first; a page that was only looked at is returned to afterwards."""
    here = request.full_path.rstrip("?") if request.method == "GET" else "/timeline"
    goto = "/login" if here in ("/", "/timeline") else f"/login?next={quote(here, safe='/')}"
    if by_htmx() or by_script():
        return Response(status=401, headers={"HX-Redirect": goto, "Location": goto})
    return redirect(goto, 303)


def to_confirmation() -> BaseResponse:
    """The password once more, and then on; a form that was sent too late is opened again."""
    here = request.full_path.rstrip("?") if request.method == "GET" else urlsplit(request.referrer or "").path
    return go(f"/account/confirmation?next={quote(here, safe='/')}")


def only_looking() -> BaseResponse:
    """The director looks as a guardian: nothing is done, and not everything is shown."""
    if request.method == "GET":
        return make_response(render_template("looking.html"), 403)
    return refused("/timeline", text.gettext("You are only looking. Stop looking first."))


def by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def by_script() -> bool:
    """A request of our own scripts (uploads, autosave) that want a short answer."""
    return "X-File-Name" in request.headers or "X-Autosave" in request.headers


def _toast(sentence: str, category: str = "say") -> str:
    """A message for the out-of-band slot of base.html."""
    text = Markup('<p class="toast toast--{}" role="status">{}</p>').format(category, escape(sentence))
    return str(Markup('<div id="toasts" hx-swap-oob="beforeend">{}</div>').format(text))
