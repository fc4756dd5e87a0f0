"""Eight landscapes, 1600 by 1000."""

import math
import random

from shapes import (blur, circle, glow, hill, linear, noise, path, pine, radial, rect, ridge, skyline, smooth, stars, svg)


def mix(a, b, t):
    channel = lambda i: round(int(a[i:i + 2], 16) * (1 - t) + int(b[i:i + 2], 16) * t)
    return f"#{channel(1):02x}{channel(3):02x}{channel(5):02x}"


def forest(line, seed, count, low, high, colour, dip=6):
    """Pines along a ridge's points."""
    dice = random.Random(seed)
    d = ""
    for _ in range(count):
        x, y = dice.choice(line)
        d += pine(x, y + dip, dice.uniform(low, high), dice.random())
    return path(d, colour)


def ranges(layers, far, near, seed, top, bottom, height):
    """Mountain ranges from the hazy to the near, each with mist at its feet."""
    body, defs = "", ""
    for i in range(layers):
        t = i / (layers - 1)
        colour = mix(far, near, t ** 1.15)
        base = top + (bottom - top) * t ** 1.1
        defs += linear(f"range{seed}{i}", (0, colour), (1, mix(colour, far, 0.55 * (1 - t))))
        body += path(ridge(seed + i, base, height * (1 - 0.35 * t), 420 - 60 * i, rough=0.46), f"url(#range{seed}{i})")
    return body, defs


def dawn():
    """Mountains in the mist, the sun just up."""
    defs = linear("sky", (0, "#2f4d6e"), (0.32, "#6f8ea3"), (0.52, "#e9b99a"), (0.66, "#fbe0bf")) + blur("soft", 60) + blur("haze", 34)
    defs += radial("glow", (0, "#fff3d6", 0.95), (0.25, "#ffdca8", 0.55), (1, "#ffcf9a", 0))
    body = rect("url(#sky)") + circle(1090, 470, 430, "url(#glow)") + circle(1090, 470, 62, "#fff6e3")
    layers, more = ranges(6, "#d9b9a8", "#16323f", 21, 500, 830, 120)
    parts = layers.split("<path")[1:]
    for i, part in enumerate(parts):
        body += "<path" + part
        if i < 5:
            body += f'<ellipse cx="{300 + 260 * i}" cy="{640 + 62 * i}" rx="760" ry="46" fill="#f6dcc4" opacity="{.5 - .08 * i:.2f}" filter="url(#haze)"/>'
    line = skyline(26, 850, 60, 300, octaves=3, rough=0.4)
    near = skyline(29, 940, 46, 420, octaves=3, rough=0.4)
    body += forest(line, 3, 190, 46, 92, "#143340")
    body += path("M" + "L".join(f"{x} {y:.1f}" for x, y in line) + "L1640 1000L-40 1000Z", "#143340")
    body += '<ellipse cx="900" cy="925" rx="900" ry="46" fill="#dcb9a0" opacity=".22" filter="url(#haze)"/>'
    body += forest(near, 9, 90, 90, 190, "#0b2029")
    body += path("M" + "L".join(f"{x} {y:.1f}" for x, y in near) + "L1640 1000L-40 1000Z", "#0b2029")
    birds = "".join(f'<path d="M{x} {y}q{s} {-s * .8:.1f} {s * 2} 0q{s} {-s * .8:.1f} {s * 2} 0" fill="none" stroke="#31495a" stroke-width="2.6" stroke-linecap="round"/>'
                    for x, y, s in [(640, 300, 9), (690, 276, 7), (725, 312, 6), (610, 340, 5)])
    return svg(1600, 1000, body + birds, defs + more)


def dunes():
    """A desert in the late afternoon."""
    defs = linear("sky", (0, "#f7c59f"), (0.55, "#fbe3c6"), (1, "#fdeedd")) + blur("soft", 26)
    defs += radial("sun", (0, "#fffaf0"), (1, "#fff0d2"))
    light, halo = glow("halo", 470, 350, 520, "#fff6e4", .95)
    defs += light
    body = rect("url(#sky)") + halo + circle(470, 350, 112, "url(#sun)")
    body += path(ridge(5, 560, 26, 500, rough=.4), "#e8b18d", 'opacity=".55"') + path(ridge(8, 590, 34, 340, rough=.42), "#dd9c78", 'opacity=".7"')
    crests = [
        ([(-40, 640), (220, 600), (520, 560), (760, 612), (1100, 660), (1640, 600)], (520, 560), "#e79a6f", "#c9704f"),
        ([(-40, 720), (300, 735), (700, 690), (1040, 615), (1330, 680), (1640, 715)], (1040, 615), "#e2875c", "#b85a41"),
        ([(-40, 770), (260, 700), (480, 668), (800, 770), (1200, 800), (1640, 760)], (480, 668), "#d5714b", "#a04a3b"),
        ([(-40, 850), (420, 865), (820, 815), (1200, 735), (1420, 790), (1640, 840)], (1200, 735), "#c35c42", "#873b38"),
        ([(-40, 905), (300, 835), (560, 860), (980, 920), (1640, 880)], (300, 835), "#a34a3d", "#6b2f34"),
    ]
    for i, (points, peak, lit, shade) in enumerate(crests):
        defs += linear(f"lit{i}", (0, lit), (1, mix(lit, shade, 0.35))) + linear(f"shade{i}", (0, shade), (1, mix(shade, lit, 0.3)))
        body += path(smooth(points) + "L1640 1000L-40 1000Z", f"url(#lit{i})")
        right = [p for p in points if p[0] >= peak[0]]
        px, py = peak
        edge = f"C{px + 60} {py + 70} {px - 40} {py + 150} {px + 110} {py + 235}C{px + 240} {py + 330} {px + 120} {py + 420} {px + 200} 1010"
        body += path(smooth(right) + f"L1640 1010L{px + 200} 1010" + _back(px, py, edge), f"url(#shade{i})", 'opacity=".82"')
    return svg(1600, 1000, body + _camels(), defs)


def _back(px, py, edge):
    """The crest's own line from the bottom back up to the peak."""
    return f"C{px + 120} {py + 420} {px + 240} {py + 330} {px + 110} {py + 235}C{px - 40} {py + 150} {px + 60} {py + 70} {px} {py}Z"


def _camels():
    shape = ("M0 0c-2-8 0-13 4-16l1-9c-2-5-1-9 1-12c4-6 9-4 11 1c2 2 4 2 6-1c4-6 9-3 11 2c2 4 5 4 7 0l3-11c1-4 4-6 8-5"
             "l6 2c1 3-1 4-4 4l-4 1l-3 14c-1 6-5 10-10 11l0 19l-3 0l-2-17c-5 1-10 1-15 0l-3 17l-3 0l0-19l-4 3z")
    body = ""
    for x, y, scale in [(1120, 640, .62), (1178, 648, .56), (1232, 660, .5)]:
        body += f'<g transform="translate({x} {y}) scale({scale})"><path d="{shape}" fill="#6b2f34"/></g>'
    return body


def autumn():
    """Wooded hills in October, fog in the valleys."""
    defs = linear("sky", (0, "#efc9a0"), (0.5, "#fae8cd")) + blur("fog", 32)
    light, halo = glow("halo", 1180, 270, 480, "#fff8e6", .95)
    defs += light
    body = rect("url(#sky)") + halo + circle(1180, 270, 86, "#fffaf0")
    palette = ["#dcb995", "#d39a63", "#c4743c", "#a9542b", "#803822", "#46211c"]
    for i, colour in enumerate(palette):
        base, amp, size = 455 + 96 * i, 74 - 6 * i, 8 + 4.6 * i
        line = skyline(60 + i, base, amp, 540 - 40 * i, octaves=2, rough=.35)
        dice = random.Random(90 + i)
        body += path("M" + "L".join(f"{x} {y + size * .3:.1f}" for x, y in line) + "L1640 1000L-40 1000Z", colour)
        # From the ridge down, row by row, so that nearer crowns stand before farther ones.
        for row in range(9):
            for x, y in line[::2 + i // 2]:
                if dice.random() < .22:
                    continue
                cx, cy = x + dice.uniform(-8, 8), y + row * size * 1.15 + dice.uniform(-size * .4, size * .4)
                fade = max(0, 1 - row / 9)
                tint = dice.choice(["#f2b64a", "#e5772f", "#c9482a", "#f6d283", colour])
                tone = mix(colour, tint, dice.uniform(.1, .5) * (.3 + .14 * i) * fade)
                if dice.random() < .07:
                    body += path(pine(cx, cy + size, size * dice.uniform(3, 4.4), dice.random()), mix(colour, "#24352f", .5))
                else:
                    body += _crown(cx, cy, size * dice.uniform(.7, 1.1), tone)
        if i < 5:
            body += f'<ellipse cx="{250 + 290 * i}" cy="{base + 108}" rx="860" ry="38" fill="#fbecd4" opacity="{.7 - .11 * i:.2f}" filter="url(#fog)"/>'
    return svg(1600, 1000, body, defs)


def _crown(x, y, r, tone):
    """A leafy crown, lit from the upper right."""
    shade, light = mix(tone, "#2a100c", .2), mix(tone, "#ffe3a6", .26)
    return (f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{r * .86:.1f}" ry="{r:.1f}" fill="{shade}"/>'
            f'<ellipse cx="{x + r * .1:.1f}" cy="{y - r * .12:.1f}" rx="{r * .72:.1f}" ry="{r * .82:.1f}" fill="{tone}"/>'
            f'<ellipse cx="{x + r * .26:.1f}" cy="{y - r * .38:.1f}" rx="{r * .36:.1f}" ry="{r * .38:.1f}" fill="{light}" opacity=".6"/>')


def planets():
    """A ringed planet over a moon's surface."""
    defs = linear("sky", (0, "#120b2e"), (0.55, "#33175e"), (1, "#7a2f83")) + blur("neb", 70) + blur("soft", 18)
    defs += radial("planet", (0, "#ffe2b8"), (0.5, "#f7a98a"), (1, "#d0688a"), cx=.32, cy=.28, r=.9)
    defs += radial("night", (0, "#1a0838", 0), (.55, "#1a0838", .05), (.8, "#1a0838", .45), (1, "#1a0838", .86), cx=.3, cy=.26, r=.86)
    defs += radial("moon", (0, "#e9e2ff"), (1, "#8f7fd0"), cx=.35, cy=.3, r=.8)
    defs += linear("ring", (0, "#ffe9c9", .95), (.5, "#f2a7b4", .75), (1, "#8a59c0", .35), x2=1, y2=0)
    defs += '<clipPath id="front"><rect x="-800" y="0" width="1600" height="800"/></clipPath><clipPath id="ball"><circle cx="0" cy="0" r="225"/></clipPath>'
    body = rect("url(#sky)")
    for x, y, rx, ry, colour, opacity in [(380, 620, 520, 190, "#d04a8f", .33), (1180, 180, 480, 160, "#4a55d8", .38), (760, 760, 620, 130, "#ff8f7a", .25)]:
        body += f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{colour}" opacity="{opacity}" filter="url(#neb)" transform="rotate(-14 {x} {y})"/>'
    body += stars(4, 420, 860) + stars(8, 40, 700, "#ffe9c9", most=2.8)
    for x, y, s in [(250, 190, 13), (1420, 430, 10), (620, 120, 8), (1290, 90, 9)]:
        body += path(f"M{x} {y - s}Q{x} {y} {x + s} {y}Q{x} {y} {x} {y + s}Q{x} {y} {x - s} {y}Q{x} {y} {x} {y - s}Z", "#fff")
    bands = ""
    for y, h, colour, opacity in [(-150, 34, "#fff0d6", .28), (-92, 26, "#d96f86", .35), (-40, 52, "#ffe0b5", .22), (40, 30, "#9c3f7c", .35), (96, 44, "#ffc9a0", .18), (160, 30, "#6f2c74", .4)]:
        bands += f'<path d="M-240 {y}C-120 {y + 26} 120 {y + 26} 240 {y}V{y + h}C120 {y + h + 26} -120 {y + h + 26} -240 {y + h}Z" fill="{colour}" opacity="{opacity}"/>'
    rings = "".join(f'<ellipse cx="0" cy="0" rx="{rx}" ry="{rx * .2:.0f}" fill="none" stroke="url(#ring)" stroke-width="{w}" opacity="{o}"/>' for rx, w, o in [(318, 12, .55), (352, 30, .95), (396, 20, .7), (428, 6, .6)])
    body += f'<g transform="translate(1010 400) rotate(-19)">{rings}<g clip-path="url(#ball)"><circle r="225" fill="url(#planet)"/>{bands}<circle r="226" fill="url(#night)"/></g><g clip-path="url(#front)">{rings}</g></g>'
    body += circle(420, 330, 62, "url(#moon)") + circle(402, 318, 11, "#8577c4", 'opacity=".6"') + circle(440, 346, 15, "#8577c4", 'opacity=".5"') + circle(430, 300, 7, "#8577c4", 'opacity=".5"')
    body += path(ridge(31, 800, 46, 420, rough=.42), "#4b1d63") + path(ridge(35, 860, 54, 330, rough=.4), "#331350") + path(ridge(37, 930, 40, 520, rough=.34), "#1d0a36")
    for x, y, r in [(300, 955, 60), (820, 972, 90), (1330, 950, 52), (560, 935, 26), (1090, 938, 30)]:
        body += f'<ellipse cx="{x}" cy="{y}" rx="{r}" ry="{r * .22:.0f}" fill="#12052a"/><path d="M{x - r} {y}a{r} {r * .22:.0f} 0 0 0 {2 * r} 0" fill="none" stroke="#5b2a7c" stroke-width="2.5"/>'
    return svg(1600, 1000, body, defs)


def aurora():
    """Northern lights over a lake."""
    defs = linear("sky", (0, "#041626"), (0.6, "#0a3444"), (1, "#135a5c")) + blur("glow", 16) + blur("wide", 46) + blur("ripple", 3)
    defs += linear("curtain", (0, "#7bffcf", 0), (.45, "#58f5b8", .75), (.9, "#1fb3a2", .12), (1, "#1fb3a2", 0)) + linear("violet", (0, "#c08bff", 0), (.5, "#a86bff", .5), (1, "#4d5be0", 0))
    sky = rect("url(#sky)", height=640) + stars(12, 260, 520)
    at, sway = noise(77), noise(78)
    for fill, shift, tall, step, filt in [("url(#violet)", -70, 1.25, 26, "wide"), ("url(#curtain)", 0, 1, 13, "glow"), ("url(#curtain)", 90, .7, 19, "wide")]:
        strips = ""
        for x in range(-60, 1660, step):
            base = 430 + 80 * math.sin(x / 260 + shift) + 60 * sway(x / 190 + shift) - shift * .4
            height = (190 + 130 * at(x / 75 + shift) + 50 * at(x / 21)) * tall
            strips += f'<rect x="{x}" y="{base - height:.0f}" width="{step + 3}" height="{height + 70:.0f}" fill="{fill}" opacity="{.55 + .4 * at(x / 40 + 9 + shift):.2f}"/>'
        sky += f'<g filter="url(#{filt})">{strips}</g>'
    sky += path(ridge(41, 560, 70, 360, rough=.48, bottom=640), "#0d3040") + path(ridge(43, 600, 44, 260, rough=.5, bottom=640), "#082430")
    line = skyline(45, 640, 16, 240, octaves=3)
    trees = forest([(x, y) for x, y in line if x < 560 or x > 1120], 5, 150, 36, 92, "#03141c", dip=10) + path("M" + "L".join(f"{x} {y:.0f}" for x, y in line) + "L1640 665L-40 665Z", "#03141c")
    body = sky + trees
    body += f'<g transform="translate(0 1304) scale(1 -1)" opacity=".62"><g filter="url(#ripple)">{sky}{trees}</g></g>'
    defs += linear("water", (0, "#06202c", .15), (1, "#031019", .92))
    body += rect("url(#water)", y=652, height=348)
    dice = random.Random(5)
    for _ in range(120):
        y = 665 + 320 * dice.random() ** 1.4
        w = 20 + (y - 650) * dice.uniform(.2, .9)
        body += f'<rect x="{dice.uniform(-50, 1600):.0f}" y="{y:.0f}" width="{w:.0f}" height="{1 + (y - 650) / 170:.1f}" rx="1" fill="{dice.choice(["#7bffcf", "#9fd9ff", "#02121a", "#02121a"])}" opacity="{dice.uniform(.05, .2):.2f}"/>'
    near = skyline(48, 985, 26, 300, octaves=3)
    body += forest([(x, y) for x, y in near if x < 340 or x > 1340], 6, 34, 170, 330, "#010a10", dip=20) + path("M" + "L".join(f"{x} {y:.0f}" for x, y in near) + "L1640 1000L-40 1000Z", "#010a10")
    return svg(1600, 1000, body, defs)


def city():
    """A city at night, doubled in the harbour."""
    defs = linear("sky", (0, "#0b0a26"), (0.42, "#2a1357"), (0.66, "#a0246f"), (0.8, "#ff6a5c")) + blur("glow", 40) + blur("soft", 7) + blur("ripple", 2.5)
    defs += linear("sun", (0, "#ffe066"), (0.5, "#ff8a5c"), (1, "#ff2e88"))
    sky = rect("url(#sky)", height=720) + stars(3, 170, 380) + circle(800, 500, 330, "#ff4f8b", 'opacity=".45" filter="url(#glow)"') + circle(800, 490, 215, "url(#sun)")
    gaps = ""
    for i in range(7):
        y = 500 + i * 32
        gaps += rect("#7d1f68", x=560, y=y, width=480, height=3 + i * 2.6, extra='opacity=".85"')
    defs += '<clipPath id="disc"><circle cx="800" cy="490" r="216"/></clipPath>'
    sky += f'<g clip-path="url(#disc)">{gaps}</g>'
    dice = random.Random(14)
    for layer, (colour, low, high, wide, lit) in enumerate([("#4b1a5f", 90, 250, 60, 0), ("#2b1150", 120, 330, 74, .2), ("#140a33", 90, 260, 92, .34)]):
        x = -30
        while x < 1640:
            w = dice.uniform(.55, 1.2) * wide
            centre = abs(x + w / 2 - 800) / 800
            h = dice.uniform(low, high) * (.55 + .75 * min(1, .25 + centre)) if layer < 2 else dice.uniform(low, high) * (.4 + .75 * centre)
            top = 720 - h
            sky += rect(colour, x=round(x), y=round(top), width=round(w) + 1, height=round(h) + 1)
            roof = dice.random()
            if roof < .2:
                sky += rect(colour, x=round(x + w * .46), y=round(top - 46), width=4, height=48)
                sky += circle(x + w * .46 + 2, top - 46, 3, "#ff5fa2")
            elif roof < .4:
                sky += rect(colour, x=round(x + w * .2), y=round(top - 18), width=round(w * .6), height=20)
            elif roof < .5:
                sky += path(f"M{x:.0f} {top:.0f}L{x + w / 2:.0f} {top - 40:.0f}L{x + w:.0f} {top:.0f}Z", colour)
            if lit:
                tint = dice.choice(["#ffd166", "#7af0ff", "#ff8fc0"])
                for row in range(int(h // 15)):
                    for column in range(int(w // 13)):
                        if dice.random() < lit:
                            sky += rect(tint if dice.random() < .75 else "#fff3c9", x=round(x + 5 + column * 13), y=round(top + 9 + row * 15), width=6, height=8, extra=f'opacity="{dice.uniform(.35, .95):.2f}"')
            x += w + (dice.uniform(0, 14) if layer else 0)
    body = sky + f'<g transform="translate(0 1440) scale(1 -1)"><g filter="url(#ripple)" opacity=".75">{sky}</g></g>'
    defs += linear("water", (0, "#1b0b3c", .2), (1, "#070418", .93))
    body += rect("url(#water)", y=720, height=280) + rect("#0b0622", y=717, height=7)
    for _ in range(150):
        y = 728 + 265 * dice.random() ** 1.3
        w = 14 + (y - 715) * dice.uniform(.15, .8)
        x = 800 + dice.gauss(0, 150 + (y - 720)) if dice.random() < .5 else dice.uniform(0, 1600)
        body += f'<rect x="{x - w / 2:.0f}" y="{y:.0f}" width="{w:.0f}" height="{1.4 + (y - 715) / 130:.1f}" rx="1.5" fill="{dice.choice(["#ff8a5c", "#ff4f8b", "#0a0520", "#7af0ff", "#0a0520"])}" opacity="{dice.uniform(.12, .5):.2f}"/>'
    return svg(1600, 1000, body, defs)


def waves():
    """A full moon over a rolling sea, in paper-cut layers."""
    defs = linear("sky", (0, "#1d1440"), (0.6, "#6a3d78"), (1, "#e59a8d")) + blur("shadow", 16)
    light, halo = glow("halo", 1060, 290, 460, "#ffdcc4", .75)
    defs += light
    body = rect("url(#sky)") + stars(6, 140, 420, "#ffe8dc") + halo + circle(1060, 290, 128, "#ffeede")
    for x, y, r in [(1020, 258, 22), (1098, 322, 32), (1090, 240, 12), (1016, 332, 14), (1062, 282, 9)]:
        body += circle(x, y, r, "#f3cfbe", 'opacity=".65"')
    for y, x, w in [(200, 220, 300), (236, 340, 380), (410, 620, 320), (446, 730, 230), (350, 1290, 260)]:
        body += f'<rect x="{x}" y="{y}" width="{w}" height="24" rx="12" fill="#ffd9cd" opacity=".16"/>'
    colours = ["#a45f8b", "#7c4788", "#573785", "#382c78", "#1f1f58"]
    for i, colour in enumerate(colours):
        length, height, base = 360 + 95 * i, 58 + 20 * i, 575 + 92 * i
        shift = -length * ((i * 0.63) % 1) - 200
        d, foam, spray, x = f"M{shift} {base + height}", "", "", shift
        while x < 1700:
            d += _wave(x, base, length, height)
            foam += _foam(x, base, length, height)
            spray += "".join(circle(x + length * dx, base - height * dy, height * r, "#ffe9df", 'opacity=".75"')
                             for dx, dy, r in [(.86, .98, .045), (.915, .8, .03), (.80, 1.1, .026)])
            x += length
        d += "V1010H-300Z"
        body += path(d, "#120d30", 'opacity=".4" filter="url(#shadow)" transform="translate(0 -8)"')
        defs += linear(f"sea{i}", (0, mix(colour, "#ffb3a0", .34 - .05 * i)), (.4, colour), (1, mix(colour, "#0c1033", .45)))
        body += path(d, f"url(#sea{i})") + path(foam, "#ffe3d8", f'opacity="{.62 - .07 * i:.2f}"') + spray
    return svg(1600, 1000, body, defs)


def _wave(x, base, length, height):
    """One swell with its curling crest, from trough to trough."""
    at = lambda dx, dy: f"{x + length * dx:.1f} {base - height * dy:.1f}"
    return (f"C{at(.22, -1)} {at(.34, .62)} {at(.60, .92)}C{at(.74, 1.08)} {at(.86, .8)} {at(.83, .42)}"
            f"C{at(.815, .2)} {at(.735, .22)} {at(.74, .42)}C{at(.66, .2)} {at(.74, -1)} {at(1, -1)}")


def _foam(x, base, length, height):
    """A sickle of foam along the crest."""
    at = lambda dx, dy: f"{x + length * dx:.1f} {base - height * dy:.1f}"
    return (f"M{at(.25, -.1)}C{at(.38, .5)} {at(.46, .8)} {at(.60, .92)}C{at(.74, 1.08)} {at(.86, .8)} {at(.83, .42)}"
            f"C{at(.83, .66)} {at(.73, .9)} {at(.61, .78)}C{at(.48, .68)} {at(.4, .42)} {at(.25, -.1)}Z")


def meadow():
    """Rolling mint hills with round trees under a morning sky."""
    defs = linear("sky", (0, "#a9def0"), (1, "#f3fbe8")) + blur("soft", 22) + blur("shade", 7)
    light, halo = glow("halo", 1230, 230, 430, "#fffbe0", .95)
    defs += light
    body = rect("url(#sky)") + halo + circle(1230, 230, 80, "#fffbe2")
    for x, y, s in [(240, 190, 1.1), (720, 130, .8), (930, 290, .62), (1480, 330, .9), (480, 330, .55)]:
        body += f'<g transform="translate({x} {y}) scale({s})" fill="#fff" opacity=".92"><rect x="-130" y="0" width="270" height="52" rx="26"/><circle cx="-40" cy="-4" r="52"/><circle cx="36" cy="-22" r="66"/><circle cx="92" cy="8" r="36"/></g>'
    hills = [("#bfe6c9", 520, 60, 520), ("#98d6ae", 590, 70, 460), ("#6cc396", 670, 66, 560), ("#44aa82", 760, 70, 520), ("#2b8a70", 860, 54, 640), ("#1a6b5d", 950, 36, 700)]
    for i, (colour, base, height, wave) in enumerate(hills):
        defs += linear(f"hill{i}", (0, mix(colour, "#f7ffd9", .32)), (.5, colour), (1, mix(colour, "#0d4f4b", .25)))
        body += path(hill(110 + i, base, height, wave), f"url(#hill{i})")
        line = skyline(110 + i, base, height, wave, octaves=2, rough=.35, step=40)
        dice = random.Random(40 + i)
        for _ in range([0, 26, 22, 16, 11, 6][i]):
            x, y = dice.choice(line)
            x += dice.uniform(-20, 20)
            y += dice.uniform(26, 70 + 10 * i)
            size = (7 + 8 * i) * dice.uniform(.75, 1.3)
            tone = mix(mix(colour, "#0c5a50", .42), dice.choice(["#f7c873", "#f29d7e", "#2aa37c", "#2aa37c", "#0c5a50"]), dice.uniform(.1, .6))
            body += f'<ellipse cx="{x + size * .5:.0f}" cy="{y + size * 1.5:.0f}" rx="{size * 1.1:.0f}" ry="{size * .22:.1f}" fill="#0b4743" opacity=".25" filter="url(#shade)"/>'
            body += rect("#5b4636", x=round(x - size * .09, 1), y=round(y, 1), width=round(size * .18, 1), height=round(size * 1.5, 1))
            body += f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{size * .78:.1f}" ry="{size:.1f}" fill="{tone}"/><path d="M{x:.1f} {y - size:.1f}a{size * .78:.1f} {size:.1f} 0 0 1 0 {2 * size:.1f}a{size * .5:.1f} {size:.1f} 0 0 0 0 {-2 * size:.1f}" fill="#063f3c" opacity=".18"/>'
    body += _house(1010, 640)
    return svg(1600, 1000, body, defs)


def _house(x, y):
    return (f'<g transform="translate({x} {y})"><rect x="0" y="0" width="74" height="46" fill="#fdf6e9"/><rect x="74" y="0" width="34" height="46" fill="#e3d6c3"/>'
            '<path d="M-8 2L34 -34L82 -34L116 2L74 2L36 -32Z" fill="#d8604c"/><path d="M-8 2L36 -34L80 2Z" fill="#f07f62"/><path d="M36 -34L84 -34L116 2L80 2Z" fill="#c9523f"/>'
            '<rect x="28" y="18" width="17" height="28" fill="#7a5543"/><rect x="10" y="12" width="12" height="12" fill="#86c5d8"/><rect x="54" y="12" width="12" height="12" fill="#86c5d8"/><rect x="84" y="-52" width="11" height="24" fill="#b8aa9a"/></g>')


ALL = [dawn, dunes, autumn, planets, aurora, city, waves, meadow]
