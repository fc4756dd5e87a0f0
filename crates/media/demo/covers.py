"""Six record sleeves, 512 by 512."""

import math
import random

from portraits import svg
from shapes import blur, circle, glow, linear, noise, path, radial, rect, smooth


def arcs():
    """Quarter circles on a grid."""
    dice, colours = random.Random(23), ["#f2b64a", "#e2574c", "#1f7f86", "#fbeedb", "#14324a"]
    body = rect("#14324a", width=512, height=512)
    for row in range(4):
        for column in range(4):
            ground, figure, core = dice.sample(colours, 3)
            body += rect(ground, x=column * 128, y=row * 128, width=128, height=128)
            turn = dice.choice([0, 90, 180, 270])
            arc = "".join(path(f"M-64 -64H{-64 + r}A{r} {r} 0 0 1 -64 {-64 + r}Z", colour) for r, colour in [(128, figure), (84, core), (40, ground)])
            body += f'<g transform="translate({column * 128 + 64} {row * 128 + 64}) rotate({turn})">{arc}</g>'
    return svg(body)


def rings():
    """Rings that tremble, like a drop in dark water."""
    defs = radial("ground", (0, "#2b1150"), (1, "#0c0d2a"), r=.75) + linear("stroke", (0, "#ffd166"), (.5, "#ff6f91"), (1, "#8a6bff"), x2=1)
    body, at = rect("url(#ground)", width=512, height=512), noise(5)
    for i in range(17):
        r = 22 + i * 11.4
        swell = 3 + 13 * math.exp(-((i - 9) / 4.2) ** 2)
        points = []
        for step in range(121):
            turn = step / 120 * math.tau
            # Noise on a circle, so that the ring closes without a seam.
            tremble = at(3 + math.cos(turn) * 2.1 + i * .31) * at(40 + math.sin(turn) * 2.6 - i * .17)
            points.append((256 + math.cos(turn) * (r + swell * tremble * 2), 256 + math.sin(turn) * (r + swell * tremble * 2)))
        body += path(smooth(points), "none", f'stroke="url(#stroke)" stroke-width="{1.6 + 2.6 * math.exp(-((i - 9) / 5) ** 2):.2f}" opacity="{.95 - .03 * i:.2f}"')
    return svg(body + circle(256, 256, 8, "#ffd166"), defs)


def lens():
    """Light through coloured glass."""
    defs = linear("ground", (0, "#fbe9d7"), (1, "#f6c9b8"))
    body = rect("url(#ground)", width=512, height=512) + '<g style="mix-blend-mode:multiply">'
    for x, y, r, colour in [(200, 210, 138, "#f2604f"), (318, 236, 128, "#3aa6a0"), (248, 330, 118, "#f5b841"), (352, 140, 58, "#4a55b8"), (142, 350, 48, "#4a55b8")]:
        body += circle(x, y, r, colour, 'style="mix-blend-mode:multiply" opacity=".9"')
    return svg(body + "</g>" + path("M60 452H452", "none", 'stroke="#2a1f2d" stroke-width="3"') + circle(60, 60, 9, "#2a1f2d"), defs)


def horizon():
    """A sun that sinks in stripes."""
    defs = linear("ground", (0, "#1d1440"), (1, "#c2416f")) + linear("sun", (0, "#ffe9a8"), (1, "#ff7a5c")) + '<clipPath id="disc"><circle cx="256" cy="242" r="152"/></clipPath>'
    light, halo = glow("halo", 256, 242, 270, "#ff9a7a", .7)
    body = rect("url(#ground)", width=512, height=512) + halo + '<g clip-path="url(#disc)">' + rect("url(#sun)", width=512, height=512)
    body += "".join(rect("#8d2c68", y=236 + i * 25, width=512, height=3 + i * 3) for i in range(7)) + "</g>"
    for i, colour in enumerate(["#7a2a6b", "#4f1d5c", "#2a1145"]):
        body += path(smooth([(-40, 400 + i * 34), (90, 376 + i * 40), (230, 412 + i * 30), (380, 372 + i * 42), (560, 410 + i * 32)]) + "V520H-40Z", colour)
    return svg(body, defs + light)


def bloom():
    """A flower of turning petals."""
    defs = radial("ground", (0, "#174f52"), (1, "#08272f"), r=.75) + linear("petal", (0, "#8dffd9"), (1, "#1fa38f")) + linear("inner", (0, "#ffe9a8"), (1, "#f2845c"))
    body = rect("url(#ground)", width=512, height=512)
    for count, length, width, fill, opacity in [(12, 206, 58, "url(#petal)", .34), (12, 150, 50, "url(#petal)", .55), (8, 96, 42, "url(#inner)", .85)]:
        for i in range(count):
            body += f'<g transform="translate(256 256) rotate({i * 360 / count + (count == 8) * 12})"><path d="M0 0C{width} {-length * .35} {width * .7} {-length * .85} 0 {-length}C{-width * .7} {-length * .85} {-width} {-length * .35} 0 0Z" fill="{fill}" opacity="{opacity}"/></g>'
    return svg(body + circle(256, 256, 26, "#08272f") + circle(256, 256, 13, "#ffe9a8"), defs)


def folds():
    """Silk in the wind."""
    defs, body, at = blur("shadow", 14), rect("#20123f", width=512, height=512), noise(31)
    colours = ["#3b1f6b", "#5b2a86", "#8a3a94", "#c24f8f", "#ee7d84", "#ffb38a", "#ffe0b0"]
    for i, colour in enumerate(colours):
        points = [(x, 60 + i * 66 + 62 * math.sin(x / 92 + i * .72) + 34 * at(x / 130 + i)) for x in range(-40, 561, 40)]
        d = smooth(points) + "V560H-40Z"
        defs += linear(f"fold{i}", (0, colour), (1, "#20123f"), x2=.5)
        body += path(d, "#0d0620", 'opacity=".5" filter="url(#shadow)"') + path(d, f"url(#fold{i})") + path(smooth(points), "none", f'stroke="#fff" stroke-width="2" opacity=".28"')
    return svg(body, defs)


ALL = [arcs, rings, lens, horizon, bloom, folds]
