"""Building blocks of the demonstration's pictures: ridges, hills, gradients, stars."""

import math
import random


def svg(width, height, body, defs=""):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'style="display:block"><defs>{defs}</defs>{body}</svg>')


def linear(name, *stops, x2=0, y2=1):
    return (f'<linearGradient id="{name}" x1="0" y1="0" x2="{x2}" y2="{y2}">{_stops(stops)}</linearGradient>')


def radial(name, *stops, cx=0.5, cy=0.5, r=0.5):
    return f'<radialGradient id="{name}" cx="{cx}" cy="{cy}" r="{r}">{_stops(stops)}</radialGradient>'


def _stops(stops):
    text = ""
    for stop in stops:
        offset, colour, *opacity = stop
        text += f'<stop offset="{offset}" stop-color="{colour}" stop-opacity="{opacity[0] if opacity else 1}"/>'
    return text


def blur(name, deviation):
    return (f'<filter id="{name}" x="-50%" y="-50%" width="200%" height="200%" color-interpolation-filters="sRGB">'
            f'<feGaussianBlur stdDeviation="{deviation}"/></filter>')


def rect(fill, x=0, y=0, width=1600, height=1000, extra=""):
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}" {extra}/>'


def circle(x, y, r, fill, extra=""):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.2f}" fill="{fill}" {extra}/>'


def path(d, fill, extra=""):
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def smooth(points):
    """A curve through the points (Catmull-Rom as cubic Béziers)."""
    d = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for i in range(len(points) - 1):
        before, here, there, after = points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, len(points) - 1)]
        a = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        b = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        d += f"C{a[0]:.1f} {a[1]:.1f} {b[0]:.1f} {b[1]:.1f} {there[0]:.1f} {there[1]:.1f}"
    return d


def noise(seed):
    """Smooth one-dimensional noise between -1 and 1."""
    values = [random.Random(seed * 7919 + i).uniform(-1, 1) for i in range(512)]

    def at(x):
        i = math.floor(x)
        t = x - i
        t = t * t * (3 - 2 * t)
        return values[i % 512] * (1 - t) + values[(i + 1) % 512] * t
    return at


def skyline(seed, base, height, wave, octaves=5, rough=0.5, step=6, width=1600):
    """The points of a ridge: several waves, each half as long as the one before."""
    at = noise(seed)
    points = []
    for x in range(-40, width + 41, step):
        y, strength, length = 0.0, 1.0, wave
        for octave in range(octaves):
            y += at(x / length + octave * 37.7) * strength
            strength *= rough
            length /= 2
        points.append((x, base - y * height))
    return points


def hill(seed, base, height, wave, width=1600, bottom=1000):
    points = skyline(seed, base, height, wave, octaves=2, rough=0.35, step=40, width=width)
    return smooth(points) + f"L{width + 40} {bottom}L-40 {bottom}Z"


def ridge(seed, base, height, wave, rough=0.5, width=1600, bottom=1000):
    points = skyline(seed, base, height, wave, octaves=6, rough=rough, width=width)
    return "M" + "L".join(f"{x:.0f} {y:.1f}" for x, y in points) + f"L{width + 40} {bottom}L-40 {bottom}Z"


def pine(x, y, height, seed, lean=0.0):
    """A conifer standing at (x, y): ragged tiers that widen downwards."""
    dice = random.Random(seed)
    tiers = max(5, int(height / 14))
    left, right = [], []
    for tier in range(tiers + 1):
        t = tier / tiers
        level = y - height * (1 - t * 0.93)
        reach = height * (0.03 + 0.19 * t ** 1.1) * dice.uniform(0.75, 1.15)
        left += [(x + lean * (1 - t) - reach * 0.42, level), (x + lean * (1 - t) - reach, level + height * 0.055)]
        right += [(x + lean * (1 - t) + reach * 0.42, level), (x + lean * (1 - t) + reach * dice.uniform(0.8, 1.1), level + height * 0.055)]
    points = [(x + lean, y - height * 1.03)] + right + [(x + height * 0.02, y - height * 0.03), (x + height * 0.02, y + 4)]
    points += [(x - height * 0.02, y + 4), (x - height * 0.02, y - height * 0.03)] + left[::-1]
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + "Z"


def stars(seed, count, height, colour="#fff", width=1600, most=1.6):
    dice = random.Random(seed)
    body = ""
    for _ in range(count):
        size = most * dice.random() ** 3 + 0.35
        body += circle(dice.uniform(0, width), dice.uniform(0, height), size, colour, f'opacity="{dice.uniform(.25, .95):.2f}"')
    return body


def glow(name, x, y, r, colour, strength=0.6):
    """Light around (x, y) that fades out evenly: its definition and its shape."""
    stops = [(t / 8, colour, round(strength * (1 - t / 8) ** 2.2, 3)) for t in range(9)]
    return radial(name, *stops), circle(x, y, r, f"url(#{name})")
