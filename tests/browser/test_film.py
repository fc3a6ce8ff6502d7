"""A film of a phone goes in, plays in its place, and keeps quiet about where it was made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import camera, writing
from tests.browser.conftest import Visit

av = pytest.importorskip("av", reason="videos are off without the av library")


def film(file: Path, frames: int = 30) -> Path:
    """Three seconds of a colour that changes, with a place in its metadata."""
    with av.open(str(file), "w") as out:
        out.metadata.update(title=camera.CANARY, location="+52.1+004.9/")
        images = out.add_stream("libx264", rate=10)
        images.width, images.height, images.pix_fmt = 320, 192, "yuv420p"
        for number in range(frames):
            frame = av.VideoFrame(320, 192, "yuv420p")
            for plane, value in zip(frame.planes, (60 + 4 * number, 90, 160), strict=True):
                plane.update(bytes([value]) * plane.buffer_size)
            out.mux(images.encode(frame))
        out.mux(images.encode(None))
    return file


def test_a_film_plays_in_the_page(visit: Visit, tmp_path: Path) -> None:
    file = film(tmp_path / "VID_0001.mp4")
    assert camera.CANARY.encode() in file.read_bytes()
    teacher = visit("teacher")
    post = writing.begin(teacher, "Een filmpje")
    teacher.page.locator("#files").set_input_files(file)
    expect(teacher.page.locator("#snaps > [data-photo] .tile__film")).to_have_text(re.compile("0:03"), timeout=60_000)
    writing.publish(teacher)
    parent = visit("parent")
    timeline = parent.goto("/timeline")
    expect(timeline.locator(f"[data-viewer='{post}'] .tile__film")).to_be_visible()
    video = parent.goto(post).locator("video")
    assert video.get_attribute("preload") == "none", "nothing is fetched before somebody wants to see it"
    address = video.get_attribute("src") or ""
    video.evaluate("(one) => { one.muted = true; return one.play() }")
    parent.page.wait_for_function("(one) => one.currentTime > 0.5", arg=video.element_handle())
    content = parent.context.request.get(address).body()
    assert camera.CANARY.encode() not in content
    assert b"+52.1" not in content
    part = parent.context.request.get(address, headers={"Range": "bytes=0-99"})
    assert (part.status, len(part.body())) == (206, 100)
    assert visit("other_parent").status(address) == 404
    parent.context.clear_cookies()
    assert parent.status(address) == 303
