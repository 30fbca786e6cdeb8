"""Pictures are decoded and written anew: what is kept is pixels, without position, camera or hidden payload."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from servicehub.files.kinds import FileRefused, Kind

PIXELS_MAX = 60_000_000
JPEG_QUALITY = 92

_FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG"}


def written_anew(data: bytes, kind: Kind, name: str) -> bytes:
    """:raises FileRefused: damaged, or so large that decoding it is an attack."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=[_FORMATS[kind]])
            if picture.width * picture.height > PIXELS_MAX:
                raise FileRefused("too_many_pixels", f"“{name}”像素过多。", "降低分辨率（300 DPI 足够）后再上传。")
            picture = ImageOps.exif_transpose(picture)  # a phone says in the metadata which way is up
            clean = io.BytesIO()
            if kind is Kind.JPEG:
                picture.convert("RGB").save(clean, "JPEG", quality=JPEG_QUALITY, optimize=True)
            else:
                picture.save(clean, "PNG", optimize=True)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        raise FileRefused("damaged", f"“{name}”已损坏，打不开。", "重新拍照或扫描后再上传。") from None
    return clean.getvalue()
