"""The measuring stick: the same twenty posts and their comments with Flask, Jinja and raw sqlite3 and nothing else.

No login, no rights, no layout, no photos, no translations: what any Flask page costs at the least. Served by the same
waitress with as many threads.
"""

from __future__ import annotations

import sqlite3
import sys
from collections import defaultdict
from itertools import groupby

from flask import Flask, render_template
from jinja2 import DictLoader
from waitress import serve

PAGE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>Posts</title></head><body><h1>Posts</h1>
{% for post in posts %}
<article id="post-{{ post.public_id }}">
  <h2><a href="/posts/{{ post.public_id }}">{{ post.title }}</a></h2>
  <p>{{ post.salutation }} {{ post.first_name }} {{ post.last_name }}, {{ post.published_at }}</p>
  <p>{{ post.body }}</p>
  <ul>{% for comment in comments[post.id] %}
    <li>{{ comment.first_name }} {{ comment.last_name }}, {{ comment.created_at }}: {{ comment.body }}</li>
  {% endfor %}</ul>
</article>
{% endfor %}
</body></html>"""

POSTS = """SELECT post.id, public_id, title, body, published_at, salutation, first_name, last_name FROM post
JOIN (SELECT id AS author, salutation, first_name, last_name FROM person) ON author = author_id
WHERE id IN ({ids}) ORDER BY published_at DESC LIMIT 20"""
COMMENTS = """SELECT post_id, body, comment.created_at, first_name, last_name FROM comment
JOIN person ON person.id = author_id WHERE post_id IN ({ids}) ORDER BY post_id, comment.id"""


def make(database: str, ids: str) -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"posts.html": PAGE})

    @app.route("/")
    def page() -> str:
        connection = sqlite3.connect(database)
        connection.row_factory = sqlite3.Row
        posts = connection.execute(POSTS.format(ids=ids)).fetchall()
        found = connection.execute(COMMENTS.format(ids=ids)).fetchall()
        connection.close()
        comments = defaultdict(list, {key: list(rows) for key, rows in groupby(found, lambda row: row["post_id"])})
        return render_template("posts.html", posts=posts, comments=comments)

    return app


if __name__ == "__main__":
    serve(make(sys.argv[1], sys.argv[2]), host="127.0.0.1", port=int(sys.argv[3]), threads=8, send_bytes=256 * 1024)
