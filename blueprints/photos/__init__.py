"""Photos, films and documents: taking them in, putting them in order, handing them out."""

from blueprints.photos.routes import photos

__all__ = ["photos"]
