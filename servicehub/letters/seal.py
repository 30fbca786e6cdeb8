"""The round mark at the foot of a paper: the centre's name on an arc, a star, what the paper is.

It is a picture, not a signature: what proves a paper is its verification code. In a demonstration it says so.
"""

import math
from html import escape

SIZE = 160
_CENTRE, _RADIUS, _TEXT_RADIUS = SIZE // 2, 74, 58
_RED = "#C8102E"
_SPAN_DEGREES = 240  # of the circle, taken by the name


def seal_svg(name: str, foot: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img">'
        f"<title>{escape(name)}</title>"
        f'<g fill="none" stroke="{_RED}"><circle cx="{_CENTRE}" cy="{_CENTRE}" r="{_RADIUS}" stroke-width="4"/></g>'
        f'<g fill="{_RED}" font-family="Noto Serif CJK SC, Source Han Serif SC, SimSun, serif" text-anchor="middle">'
        f'<path d="{_star()}"/>{_arc(name)}'
        f'<text x="{_CENTRE}" y="{_CENTRE + 46}" font-size="13">{escape(foot)}</text></g></svg>'
    )


def _arc(name: str) -> str:
    """Each character stands upright on the circle: one turn about the centre and one place above it."""
    size = 17 if len(name) <= 14 else 14
    step = _SPAN_DEGREES / max(len(name) - 1, 1)
    return "".join(
        f'<text transform="rotate({-_SPAN_DEGREES / 2 + step * place:.2f} {_CENTRE} {_CENTRE})"'
        f' x="{_CENTRE}" y="{_CENTRE - _TEXT_RADIUS + size * 0.4:.1f}" font-size="{size}">{escape(character)}</text>'
        for place, character in enumerate(name)
    )


def _star() -> str:
    points = []
    for corner in range(10):
        radius = 20 if corner % 2 == 0 else 8
        angle = math.radians(corner * 36 - 90)
        points.append(f"{_CENTRE + radius * math.cos(angle):.1f},{_CENTRE + radius * math.sin(angle):.1f}")
    return "M" + "L".join(points) + "Z"
