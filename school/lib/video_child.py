"""What happens to a video inside the child: its picture and sound go into a new file, nothing else does.

Nothing is encoded anew; a video that browsers cannot play is refused. Titles, places, dates, chapters,
subtitles, data tracks, attachments and cover pictures stay behind, and so do the notes encoders and cameras
put between the frames.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageStat

from school.lib.images_cage import Bad, Job, serve

PICTURE = {"h264", "vp8", "vp9", "av1"}
SOUND = {"aac", "opus", "vorbis"}
MP4_BRANDS_OF_STILLS = {b"avif", b"heic", b"heix", b"mif1"}
# A title in another encoding than UTF-8 is dropped like any other. Later versions do so without being told.
LENIENT: dict[str, Any] = {"metadata_errors": "ignore"} if int(av.__version__.split(".")[0]) < 19 else {}
POSTER = 2048  # longest side in px
LIVELY = 12  # standard deviation of grey: a poster is not the black before the film begins
SEI, FREE_NOTES = 6, {4, 5}  # H.264: supplemental information; registered and unregistered user data


def main(limits: str) -> None:
    logging.getLogger("libav").setLevel(logging.CRITICAL)
    serve(cut, json.loads(limits))


def cut(job: Job) -> Job:
    """`source`: path; `into`: folder for video.mp4 or video.webm and poster.png; `longest`: seconds."""
    into = Path(job["into"])
    with _open(job["source"]) as film:
        if (film.duration or 0) / 1e6 > job["longest"] + 1:
            raise Bad("too-long")
        tracks = _tracks(film)
        kind = _container(tracks)
        file = into / f"video.{kind}"
        seconds = _remux(film, tracks, file, job["longest"])
        if seconds < (film.duration or 0) / 1e6 * 0.9 - 1:
            raise Bad("broken")  # the index promises more than the file holds: an upload that broke off
    with _open(str(file)) as film:
        width, height = _poster(film, seconds, into / "poster.png")
    return {"kind": kind, "seconds": round(seconds, 2), "width": width, "height": height}


def sniff(head: bytes) -> str:
    """The demuxer for these first bytes; no other one gets to see them."""
    if head[4:8] == b"ftyp" and head[8:12] not in MP4_BRANDS_OF_STILLS:
        return "mov"
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free"):  # QuickTime before it had brands
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    raise Bad("not-a-video")


def _open(path: str) -> Any:
    with open(path, "rb") as file:
        demuxer = sniff(file.read(64))
    options = {"protocol_whitelist": "file"}
    if demuxer == "mov":  # a track must not refer to another file on this machine
        options |= {"enable_drefs": "0", "use_absolute_path": "0"}
    return av.open(path, format=demuxer, options=options, **LENIENT)


def _tracks(film: Any) -> list[Any]:
    """The first picture and the first sound that browsers can play."""
    pictures = [track for track in film.streams.video if not _is_cover(track)]
    if not pictures:
        raise Bad("not-a-video")
    tracks = []
    for there, playable in ((pictures, PICTURE), (film.streams.audio, SOUND)):
        fit = [track for track in there if _codec(track) in playable and _in_eight_bits(track)]
        if len(there) and not fit:
            raise Bad("codec")
        tracks += fit[:1]
    return tracks


def _in_eight_bits(track: Any) -> bool:
    """No browser plays the 10 bits or the finer colour that cameras can put into H.264."""
    return _codec(track) != "h264" or track.codec_context.pix_fmt in ("yuv420p", "yuvj420p")


def _is_cover(track: Any) -> bool:
    return bool(track.disposition & av.stream.Disposition.attached_pic)


def _codec(track: Any) -> str:
    context = track.codec_context
    return context.codec.canonical_name if context else ""


def _container(tracks: list[Any]) -> str:
    """MP4 where it can be, because it plays everywhere; WebM for what belongs there."""
    picture, sound = _codec(tracks[0]), _codec(tracks[1]) if len(tracks) > 1 else ""
    kind = "mp4" if picture == "h264" or (picture in ("av1", "vp9") and sound == "aac") else "webm"
    if sound == ("vorbis" if kind == "mp4" else "aac"):
        raise Bad("codec")
    return kind


def _remux(film: Any, tracks: list[Any], file: Path, longest: float) -> float:
    """Copies the packets; returns the seconds from the first to the end of the last."""
    options = {"fflags": "+bitexact"} | ({"movflags": "+faststart"} if file.suffix == ".mp4" else {})
    first, last = float("inf"), 0.0
    with av.open(str(file), "w", container_options=options) as out:
        copies = {track.index: out.add_stream_from_template(track, opaque=True) for track in tracks}
        for track in copies.values():
            track.metadata.clear()
        for packet in _packets(film, tracks):
            start = float(packet.pts * packet.time_base)
            first = min(first, start)
            last = max(last, start + float((packet.duration or 0) * packet.time_base))
            if last - first > longest + 1:
                raise Bad("too-long")
            packet.stream = copies[packet.stream.index]
            out.mux(packet)
    if last <= first:
        raise Bad("broken")
    return last - first


def _packets(film: Any, tracks: list[Any]) -> Iterator[Any]:
    extra = tracks[0].codec_context.extradata or b""
    lengths = (extra[4] & 3) + 1 if _codec(tracks[0]) == "h264" and extra[:1] == b"\x01" else 0
    for packet in _dated(packet for packet in film.demux(tracks) if packet.pts is not None):
        yield _without_notes(packet, lengths) if lengths and packet.stream is tracks[0] else packet


def _dated(packets: Iterable[Any]) -> Iterator[Any]:
    """Matroska keeps no decoding times; those of the first reordered frames are empty, MP4 needs them."""
    waiting: list[Any] = []
    for packet in packets:
        if packet.dts is None:
            waiting.append(packet)
            continue
        if waiting and packet.stream is waiting[0].stream:
            yield from _counted_back(waiting, packet.dts)
            waiting = []
        yield packet
    if waiting:
        yield from _counted_back(waiting, waiting[0].pts + len(waiting))


def _counted_back(packets: list[Any], before: int) -> list[Any]:
    step = max(1, packets[0].duration or 1)
    for number, packet in enumerate(reversed(packets), start=1):
        packet.dts = before - number * step
    return packets


def _without_notes(packet: Any, lengths: int) -> Any:
    """The packet without H.264 user data: encoders note their settings there, some cameras date and place."""
    data, kept, at = bytes(packet), b"", 0
    while at + lengths < len(data):
        end = at + lengths + int.from_bytes(data[at : at + lengths], "big")
        unit = data[at + lengths : end]
        if unit[0:1] and not (unit[0] & 31 == SEI and unit[1:2] and unit[1] in FREE_NOTES):
            kept += data[at:end]
        at = end
    if len(kept) == len(data) or not kept:
        return packet
    clean = av.Packet(kept)
    for name in ("stream", "time_base", "pts", "dts", "duration", "is_keyframe"):
        setattr(clean, name, getattr(packet, name))
    return clean


def _poster(film: Any, seconds: float, file: Path) -> tuple[int, int]:
    """Saves a frame that shows something; returns the width and height the film is seen in."""
    best: tuple[float, Any] = (-1.0, None)
    for at in (min(1.0, seconds / 2), seconds / 2, seconds * 0.8):
        frame = _frame(film, at)
        life = ImageStat.Stat(frame.to_image(width=64, height=64).convert("L")).stddev[0]
        if life > best[0]:
            best = (life, frame)
        if life >= LIVELY:
            break
    frame = best[1]
    scale = min(1.0, POSTER / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale)) for side in (frame.width, frame.height))
    image: Image.Image = frame.to_image(width=width, height=height).rotate(frame.rotation, expand=True)
    image.save(file, "PNG", compress_level=1)
    sideways = frame.rotation % 180 != 0
    return (frame.height, frame.width) if sideways else (frame.width, frame.height)


def _frame(film: Any, at: float) -> Any:
    """The frame shown at that second, or the nearest there is before it."""
    film.seek(int(at * 1_000_000))
    frame = None
    for frame in film.decode(video=0):
        if frame.time is None or frame.time >= at:
            break
    if frame is None:
        raise Bad("broken")
    return frame
