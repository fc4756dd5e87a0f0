"""Eight portraits, 512 by 512, whose palettes go with the landscapes of the same number."""

from shapes import blur, circle, glow, linear, path, pine, radial, rect, ridge, stars

INK = "#2a1f2d"


def svg(body, defs=""):
    # The landscapes' helper, at this size; drawn at the origin of a square.
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 512 512" style="display:block">'
            f'<defs>{defs}</defs>{body}</svg>')


def ground(*stops):
    return linear("ground", *stops), rect("url(#ground)", width=512, height=512)


FACE = "M178 214C176 138 212 112 256 112C300 112 336 138 334 214C333 254 324 284 304 306C290 321 272 330 256 330C240 330 222 321 208 306C188 284 179 254 178 214Z"


def bust(skin, shade, ears=True):
    """Neck, ears and face; light comes from the upper left."""
    defs = '<clipPath id="face"><path d="' + FACE + '"/></clipPath>'
    body = path("M222 286L222 362C222 396 290 396 290 362L290 286Z", shade)
    if ears:
        body += circle(178, 232, 20, skin) + circle(334, 232, 20, shade) + circle(178, 234, 10, shade, 'opacity=".6"')
    body += path(FACE, skin)
    body += f'<g clip-path="url(#face)"><path d="M290 100C322 160 322 270 268 334L360 340L360 100Z" fill="{shade}" opacity=".55"/></g>'
    return defs, body


def features(brow, blush, mouth="smile", eye=INK, y=228):
    body = ""
    for x, side in [(223, -1), (289, 1)]:
        body += f'<ellipse cx="{x}" cy="{y}" rx="7.5" ry="9.5" fill="{eye}"/>' + circle(x - 2.4, y - 3.4, 2.5, "#fff")
        body += f'<path d="M{x - 17} {y - 23 + (2 if side < 0 else 0)}Q{x} {y - 34} {x + 17} {y - 23 + (2 if side > 0 else 0)}" fill="none" stroke="{brow}" stroke-width="6" stroke-linecap="round"/>'
        body += f'<ellipse cx="{x + side * 17}" cy="{y + 36}" rx="17" ry="11" fill="{blush}" opacity=".42"/>'
    body += f'<path d="M258 {y + 8}C263 {y + 22} 266 {y + 30} 254 {y + 32}" fill="none" stroke="{brow}" stroke-width="4" stroke-linecap="round" opacity=".55"/>'
    if mouth == "smile":
        body += f'<path d="M236 {y + 56}Q256 {y + 74} 276 {y + 56}" fill="none" stroke="#8d3b3e" stroke-width="5" stroke-linecap="round"/>'
    else:
        body += path(f"M232 {y + 52}Q256 {y + 58} 280 {y + 52}Q276 {y + 78} 256 {y + 78}Q236 {y + 78} 232 {y + 52}Z", "#8d3036")
        body += path(f"M237 {y + 54.5}Q256 {y + 59} 275 {y + 54.5}L273 {y + 61}Q256 {y + 65} 239 {y + 61}Z", "#fff")
    return body


def reader():
    """A bob, round glasses, a roll-neck."""
    defs, body = ground((0, "#6f95a8"), (1, "#f3c29c"))
    body += circle(256, 236, 196, "#fbe3c6", 'opacity=".75"')
    body += path("M150 220C140 100 200 62 262 62C330 62 376 108 364 226C362 290 372 322 352 352C330 372 300 356 296 330L216 330C212 356 182 372 160 352C140 322 152 290 150 220Z", "#1f2f43")
    more, head = bust("#f6cfb0", "#e3a98a", ears=False)
    body += path("M64 520C70 430 140 396 214 378L298 378C372 396 442 430 448 520Z", "#e0a23b") + path("M300 380C372 396 442 430 448 520L330 520C340 470 330 420 300 380Z", "#c4842c")
    body += head + path("M212 344C238 360 274 360 300 344L306 392C280 414 232 414 206 392Z", "#eab04a") + path("M214 358C240 372 272 372 298 358M211 374C238 390 274 390 301 374", "none", 'stroke="#c4842c" stroke-width="3" stroke-linecap="round"')
    body += features("#1f2f43", "#ef8f78")
    body += path("M168 214C166 130 206 98 262 98C318 98 350 134 344 214C338 190 330 172 312 158C286 176 214 186 190 172C178 184 172 198 168 214Z", "#1f2f43")
    body += path("M190 172C214 186 286 176 312 158C300 140 250 150 206 132C196 146 190 158 190 172Z", "#2b4059")
    body += path("M196 104C228 84 290 82 318 108C290 94 232 94 196 104Z", "#3d5875", 'opacity=".9"')
    for x in (223, 289):
        body += circle(x, 230, 27, "#fff", 'opacity=".16"') + circle(x, 230, 27, "none", 'stroke="#c98a2e" stroke-width="5"')
    body += '<path d="M250 226Q256 221 262 226M196 226L176 220M316 226L336 220" fill="none" stroke="#c98a2e" stroke-width="5" stroke-linecap="round"/>'
    return svg(body, defs + more)


def traveller():
    """Curls, gold earrings, a linen shirt."""
    defs, body = ground((0, "#f7d0a2"), (1, "#d9714b"))
    body += circle(256, 214, 190, "#fdebcf", 'opacity=".85"')
    curls = [(150, 214, 52), (146, 158, 54), (176, 108, 56), (226, 76, 56), (286, 76, 56), (336, 108, 56), (366, 158, 54), (362, 214, 52), (256, 130, 110), (164, 262, 38), (348, 262, 38)]
    for x, y, r in curls:
        body += circle(x, y, r, "#33201f")
    for x, y, r in [(170, 118, 30), (222, 84, 30), (150, 168, 26), (282, 82, 24), (146, 216, 22), (330, 110, 22), (198, 100, 22)]:
        body += circle(x, y, r, "#4d3029") + circle(x - r * .2, y - r * .25, r * .5, "#65412f", 'opacity=".7"')
    body += path("M58 520C66 424 142 398 216 374L296 374C370 398 446 424 454 520Z", "#fbf1e0") + path("M298 376C370 398 446 424 454 520L346 520C350 462 336 416 298 376Z", "#e5d3b8")
    more, head = bust("#a9683f", "#864a2f")
    body += head
    body += path("M214 374C224 420 242 446 256 462C270 446 288 420 298 374L322 386C312 436 284 480 256 504C228 480 200 436 190 386Z", "#efe0c6") + path("M256 462L256 520", "none", 'stroke="#d6c3a5" stroke-width="4"')
    body += features("#2b1918", "#d0603d", mouth="grin", eye="#20120f")
    body += path("M168 214C166 140 206 102 256 102C306 102 346 140 344 214C330 176 312 158 292 150C268 162 240 162 220 150C200 158 186 176 176 208Z", "#33201f")
    for x in (176, 336):
        body += circle(x, 268, 14, "none", 'stroke="#f5c451" stroke-width="6"')
    return svg(body, defs + more)


def fox():
    """A fox with a scarf, among leaves."""
    defs, body = ground((0, "#2f6b62"), (1, "#16413f"))
    body += circle(256, 250, 194, "#f5d9a6")
    for x, y, turn, colour in [(70, 110, 30, "#e5772f"), (442, 90, -40, "#f2b64a"), (60, 400, 70, "#f2b64a"), (460, 360, 10, "#e5772f"), (400, 440, -30, "#c9482a"), (120, 470, 20, "#c9482a")]:
        body += f'<g transform="translate({x} {y}) rotate({turn})"><path d="M0 -34C20 -18 20 14 0 34C-20 14 -20 -18 0 -34Z" fill="{colour}"/><path d="M0 -26V40" stroke="#7d3724" stroke-width="3" opacity=".6"/></g>'
    body += path("M112 520C120 440 176 404 256 404C336 404 392 440 400 520Z", "#d9622b")
    body += path("M206 520C206 470 226 440 256 440C286 440 306 470 306 520Z", "#fbeedb")
    body += path("M128 74C160 82 214 122 232 158L142 214C116 172 112 118 128 74Z", "#e0692e") + path("M384 74C352 82 298 122 280 158L370 214C396 172 400 118 384 74Z", "#c9562a")
    body += path("M140 104C164 112 196 140 208 160L152 196C138 164 134 134 140 104Z", "#4a2420") + path("M372 104C348 112 316 140 304 160L360 196C374 164 378 134 372 104Z", "#4a2420")
    body += path("M96 262C112 176 180 132 256 132C332 132 400 176 416 262C390 282 366 296 346 322C320 358 290 390 256 390C222 390 192 358 166 322C146 296 122 282 96 262Z", "#ec7a35")
    body += path("M256 132C332 132 400 176 416 262C390 282 366 296 346 322C320 358 290 390 256 390Z", "#d9642c")
    body += path("M96 262C136 246 196 250 226 300C238 322 246 340 256 340C266 340 274 322 286 300C316 250 376 246 416 262C390 282 366 296 346 322C320 358 290 390 256 390C222 390 192 358 166 322C146 296 122 282 96 262Z", "#fdf3e2")
    body += path("M256 340C266 340 274 322 286 300C316 250 376 246 416 262C390 282 366 296 346 322C320 358 290 390 256 390Z", "#efdcc0")
    body += path("M256 150C268 190 268 240 256 290C244 240 244 190 256 150Z", "#f79a55", 'opacity=".8"')
    for x in (196, 316):
        body += f'<ellipse cx="{x}" cy="248" rx="12" ry="15" fill="{INK}"/>' + circle(x - 4, 242, 4.4, "#fff") + circle(x + 4, 254, 2, "#fff", 'opacity=".7"')
    body += path("M228 334C236 322 276 322 284 334C284 352 268 362 256 362C244 362 228 352 228 334Z", INK) + '<ellipse cx="247" cy="336" rx="8" ry="4" fill="#fff" opacity=".45"/>'
    body += path("M132 398C190 436 322 436 380 398C396 420 394 446 376 458C320 486 192 486 136 458C118 446 116 420 132 398Z", "#1f6f74") + path("M140 430C200 462 312 462 372 430", "none", 'stroke="#f5d9a6" stroke-width="7" stroke-dasharray="16 14"')
    body += path("M322 454L372 440L398 520L330 520Z", "#185a60") + path("M336 476L388 462", "none", 'stroke="#f5d9a6" stroke-width="7" stroke-dasharray="14 12"')
    return svg(body, defs)


def astronaut():
    """A helmet in which a planet is mirrored."""
    defs, body = ground((0, "#1a1140"), (1, "#6b2f86"))
    defs += linear("visor", (0, "#1c1452"), (.55, "#58308f"), (1, "#f08a7f")) + linear("suit", (0, "#ffffff"), (1, "#cfc9e8"), x2=1) + radial("shell", (0, "#ffffff"), (.7, "#e9e4f7"), (1, "#bdb4df"), cx=.36, cy=.28, r=.8)
    defs += '<clipPath id="glass"><path d="M146 232C146 164 190 134 256 134C322 134 366 164 366 232C366 296 326 330 256 330C186 330 146 296 146 232Z"/></clipPath>' + blur("soft", 9)
    light, halo = glow("halo", 256, 250, 290, "#ff9ec4", .55)
    defs += light
    body += halo + stars(2, 90, 512, width=512, most=2.2)
    for x, y, s in [(76, 116, 11), (438, 150, 13), (420, 60, 7), (96, 330, 8)]:
        body += path(f"M{x} {y - s}Q{x} {y} {x + s} {y}Q{x} {y} {x} {y + s}Q{x} {y} {x - s} {y}Q{x} {y} {x} {y - s}Z", "#ffe9c9")
    body += path("M48 520C54 424 130 388 208 372L304 372C382 388 458 424 464 520Z", "url(#suit)") + path("M120 520L130 452M392 520L382 452", "none", 'stroke="#a79fd0" stroke-width="5" stroke-linecap="round"')
    body += path("M170 356C196 384 316 384 342 356L352 396C316 428 196 428 160 396Z", "#8f84c9") + path("M166 380C200 410 312 410 346 380", "none", 'stroke="#fff" stroke-width="5" opacity=".55"')
    body += rect("#5b4aa3", x=196, y=436, width=120, height=58, extra='rx="14"') + circle(224, 465, 11, "#ff6f91") + circle(256, 465, 11, "#ffd166") + rect("#7bffcf", x=278, y=456, width=26, height=18, extra='rx="5"')
    body += rect("#a79fd0", x=80, y=206, width=40, height=84, extra='rx="18"') + rect("#8579bd", x=392, y=206, width=40, height=84, extra='rx="18"') + rect("#ff6f91", x=86, y=228, width=12, height=40, extra='rx="6"')
    body += circle(256, 236, 160, "url(#shell)")
    body += path("M132 232C132 152 186 120 256 120C326 120 380 152 380 232C380 308 334 344 256 344C178 344 132 308 132 232Z", "#5b4aa3")
    mirror = rect("url(#visor)", x=120, y=110, width=280, height=240) + stars(9, 34, 230, width=400, most=1.8)
    mirror += f'<g transform="translate(300 216) rotate(-18)"><circle r="42" fill="#f6b08c"/><path d="M-42 -6C-20 4 20 4 42 -6V8C20 18 -20 18 -42 8Z" fill="#d9688a" opacity=".8"/><path d="M-38 -20C-20 -12 20 -12 38 -20V-14C20 -6 -20 -6 -40 -14Z" fill="#ffe2b8" opacity=".8"/><ellipse rx="66" ry="14" fill="none" stroke="#ffe9c9" stroke-width="6" opacity=".9"/><path d="M-42 0A42 42 0 0 1 42 0Z" fill="#f6b08c"/><path d="M-40 -14C-20 -6 20 -6 40 -14L38 -20C20 -12 -20 -12 -38 -20Z" fill="#ffe2b8" opacity=".8"/></g>'
    mirror += path("M120 300C180 276 220 300 270 290C320 282 350 296 400 288V360H120Z", "#2a1250") + path("M120 318C190 300 260 322 400 306V360H120Z", "#180a35")
    mirror += path("M150 250C146 190 178 154 226 146C190 170 172 206 172 262C166 262 154 258 150 250Z", "#fff", 'opacity=".55"') + circle(178, 284, 9, "#fff", 'opacity=".5"')
    body += f'<g clip-path="url(#glass)">{mirror}</g>'
    body += path("M150 120C186 86 240 78 284 86C236 92 190 108 162 142C154 142 148 130 150 120Z", "#fff", 'opacity=".95"')
    return svg(body, defs)


def ranger():
    """A beard, a knitted cap, a parka, the northern lights behind."""
    defs, body = ground((0, "#062434"), (1, "#15655f"))
    defs += blur("wide", 16) + linear("curtain", (0, "#7bffcf", 0), (.6, "#58f5b8", .85), (1, "#1fb3a2", 0))
    body += '<g filter="url(#wide)">' + "".join(rect("url(#curtain)", x=x, y=y, width=30, height=h) for x, y, h in [(20, 60, 260), (60, 20, 280), (100, 50, 250), (140, 0, 270), (370, 10, 260), (410, 50, 280), (450, 10, 300), (490, 60, 230), (330, 40, 220), (180, 20, 200)]) + "</g>"
    body += stars(5, 50, 300, width=512, most=1.6) + path(ridge(9, 372, 40, 150, width=512, bottom=512), "#0a3540")
    d = "".join(pine(x, 420, h, x) for x, h in [(24, 130), (66, 170), (104, 120), (410, 130), (450, 180), (492, 140)])
    body += path(d, "#052029")
    body += path("M52 520C58 424 132 396 206 376L306 376C380 396 454 424 460 520Z", "#d9622b") + path("M306 376C380 396 454 424 460 520L340 520C348 466 336 416 306 376Z", "#b24a22")
    more, head = bust("#eab98f", "#cf9066")
    body += head
    body += path("M176 222C182 246 190 252 206 256C222 250 238 250 256 256C274 250 290 250 306 256C322 252 330 246 336 222C344 300 330 372 256 378C182 372 168 300 176 222Z", "#6b3a22")
    body += path("M306 256C322 252 330 246 336 222C344 300 330 372 256 378C290 350 304 306 306 256Z", "#54301f")
    body += path("M226 276C240 264 250 264 256 270C262 264 272 264 286 276C276 290 236 290 226 276Z", "#7d4629") + path("M238 290Q256 304 274 290Q268 312 256 312Q244 312 238 290Z", "#8d3036") + path("M242 291.500Q256 300 270 291.500L268 297Q256 303 244 297Z", "#fff")
    body += features("#54301f", "#e0714f", mouth="smile", y=220).rsplit("<path", 1)[0]
    body += path("M162 190C158 106 200 60 256 60C312 60 354 106 350 190C320 172 192 172 162 190Z", "#1f7f86") + path("M300 70C336 94 352 136 350 190C336 182 316 178 300 176Z", "#17636b")
    body += "".join(f'<path d="M{x} {y}C{x} 120 {x2} 96 {x2} 66" fill="none" stroke="#2fa3a3" stroke-width="4" opacity=".6"/>' for x, y, x2 in [(194, 168, 226), (226, 164, 242), (258, 162, 256), (290, 164, 272)])
    body += path("M154 176C190 156 322 156 358 176C366 192 366 208 358 220C322 198 190 198 154 220C146 208 146 192 154 176Z", "#f2ead8") + "".join(f'<path d="M{x} {168 + abs(256 - x) * .07:.0f}V{196 + abs(256 - x) * .1:.0f}" stroke="#d3c6a8" stroke-width="4" stroke-linecap="round"/>' for x in range(172, 350, 21))
    body += circle(256, 50, 32, "#f2ead8") + circle(266, 58, 20, "#d9cdb1", 'opacity=".7"') + circle(246, 40, 12, "#fff", 'opacity=".8"')
    body += path("M170 378C196 430 316 430 342 378C372 386 384 408 380 436C330 472 182 472 132 436C128 408 140 386 170 378Z", "#f2ead8") + path("M148 424C200 456 312 456 364 424", "none", 'stroke="#d3c6a8" stroke-width="5" stroke-linecap="round"') + path("M256 462V520", "none", 'stroke="#8a3716" stroke-width="5"')
    return svg(body, defs + more)


def cat():
    """A cat with headphones in neon light."""
    defs, body = ground((0, "#1a0f45"), (1, "#5a176b"))
    defs += linear("fur", (0, "#3a2f7a"), (1, "#1c1546")) + linear("band", (0, "#ff4f9b"), (1, "#ff9a5c"), x2=1) + linear("disc", (0, "#ffe066"), (.5, "#ff8a5c"), (1, "#ff2e88")) + blur("soft", 10)
    defs += '<clipPath id="sun"><circle cx="256" cy="236" r="186"/></clipPath>'
    body += circle(256, 236, 200, "#ff4f9b", 'opacity=".5" filter="url(#soft)"') + circle(256, 236, 186, "url(#disc)")
    body += '<g clip-path="url(#sun)">' + "".join(rect("#7a1c70", x=60, y=y, width=400, height=h, extra='opacity=".75"') for y, h in [(300, 5), (326, 8), (354, 11), (386, 15)]) + "</g>"
    body += path("M104 520C108 440 166 402 256 402C346 402 404 440 408 520Z", "#1c1546") + path("M214 520C216 486 232 462 256 462C280 462 296 486 298 520Z", "#4a3d96")
    body += path("M96 268C92 140 160 76 256 76C352 76 420 140 416 268", "none", 'stroke="#0e0930" stroke-width="30" stroke-linecap="round"') + path("M98 262C96 146 162 80 256 80C350 80 416 146 414 262", "none", 'stroke="url(#band)" stroke-width="18" stroke-linecap="round"') + path("M120 176C144 116 196 90 250 88", "none", 'stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".6"')
    body += path("M120 70C156 82 208 128 230 164L138 220C116 172 110 116 120 70Z", "#2c2365") + path("M392 70C356 82 304 128 282 164L374 220C396 172 402 116 392 70Z", "#221a54")
    body += path("M138 104C162 116 192 146 204 166L152 198C138 166 134 134 138 104Z", "#ff6fa8") + path("M374 104C350 116 320 146 308 166L360 198C374 166 378 134 374 104Z", "#e0528f")
    body += path("M110 274C110 190 174 146 256 146C338 146 402 190 402 274C402 352 334 396 256 396C178 396 110 352 110 274Z", "url(#fur)")
    body += path("M236 150L246 196M256 148V204M276 150L266 196", "none", 'stroke="#574aa6" stroke-width="9" stroke-linecap="round"') + path("M122 262L162 270M120 292L158 290M390 262L350 270M392 292L354 290", "none", 'stroke="#574aa6" stroke-width="8" stroke-linecap="round"')
    for x, turn in ((194, -8), (318, 8)):
        body += f'<g transform="translate({x} 266) rotate({turn})"><ellipse rx="34" ry="32" fill="#8dfff0"/><ellipse rx="34" ry="32" fill="none" stroke="#0e0930" stroke-width="5"/><ellipse cx="0" cy="1" rx="11" ry="26" fill="#0e0930"/><circle cx="-9" cy="-11" r="7" fill="#fff"/><circle cx="10" cy="13" r="3.500" fill="#fff" opacity=".8"/></g>'
    body += '<ellipse cx="256" cy="338" rx="58" ry="40" fill="#4a3d96"/>'
    body += path("M240 314C246 308 266 308 272 314C272 324 262 330 256 332C250 330 240 324 240 314Z", "#ff7fb0") + path("M256 332V342M256 342C250 358 230 358 224 346M256 342C262 358 282 358 288 346", "none", 'stroke="#0e0930" stroke-width="5" stroke-linecap="round"')
    body += path("M206 330L140 318M206 342L136 346M306 330L372 318M306 342L376 346", "none", 'stroke="#d8ccff" stroke-width="3.500" stroke-linecap="round" opacity=".8"')
    for x in (92, 420):
        body += rect("#0e0930", x=x - 34, y=228, width=68, height=112, extra='rx="32"') + rect("url(#band)", x=x - 26, y=236, width=52, height=96, extra='rx="25"') + rect("#0e0930", x=x - 10, y=256, width=20, height=56, extra='rx="10"') + rect("#8dfff0", x=x - 4, y=264, width=8, height=40, extra='rx="4"')
    return svg(body, defs)


def poet():
    """A headscarf in the colours of the evening sea."""
    defs, body = ground((0, "#3a2460"), (1, "#e29a8f"))
    defs += linear("cloth", (0, "#a4588f"), (1, "#5a3382"), x2=1) + linear("fold", (0, "#8a4687"), (1, "#43296f"))
    light, halo = glow("halo", 256, 200, 300, "#ffe2cf", .9)
    defs += light
    body += halo + circle(256, 206, 176, "#ffeadb") + circle(180, 110, 20, "#f6d6c4", 'opacity=".6"') + circle(372, 150, 14, "#f6d6c4", 'opacity=".7"')
    body += path("M54 520C58 430 120 404 190 384L322 384C392 404 454 430 458 520Z", "#2a2463") + path("M330 386C392 404 454 430 458 520L360 520C366 470 356 424 330 386Z", "#1f1a4f")
    body += path("M128 240C120 120 178 58 258 58C340 58 394 122 384 244C382 300 402 340 410 382C380 424 316 448 256 448C196 448 132 424 102 382C112 340 130 300 128 240Z", "url(#cloth)")
    more, head = bust("#e3ab84", "#c4835f", ears=False)
    body += f'<g>{head}</g>' + features("#4a2a22", "#e2745f", mouth="smile")
    body += path("M128 240C120 120 178 58 258 58C340 58 394 122 384 244C382 290 372 318 344 344C352 300 346 262 336 226C332 166 300 132 256 132C212 132 180 166 176 226C166 262 160 300 168 344C140 318 130 290 128 240Z", "url(#cloth)")
    body += path("M176 226C180 166 212 132 256 132C300 132 332 166 336 226C328 180 300 148 256 148C212 148 184 180 176 226Z", "#3d2465", 'opacity=".55"')
    body += path("M168 344C196 360 226 346 256 344C300 342 330 346 344 344C372 360 398 372 410 382C380 424 316 448 256 448C196 448 132 424 102 382C118 360 146 356 168 344Z", "url(#fold)")
    body += path("M344 344C300 356 220 352 150 410C132 404 112 394 102 382C118 360 146 356 168 344C196 338 226 344 256 344C300 342 330 346 344 344Z", "#b06a9a")
    for d in ["M170 96C146 130 138 180 144 240", "M214 72C176 96 156 140 154 200", "M330 92C356 120 368 170 366 230", "M146 392C200 356 270 362 330 352", "M170 424C214 392 290 388 372 366", "M230 440C280 424 340 408 392 384"]:
        body += f'<path d="{d}" fill="none" stroke="#ffd9cd" stroke-width="3.500" stroke-linecap="round" opacity=".32"/>'
    body += circle(346, 348, 11, "#ffe08a") + circle(343, 345, 4, "#fff", 'opacity=".9"')
    return svg(body, defs + more)


def robot():
    """A friendly machine that waters its plant."""
    defs, body = ground((0, "#bdeaf0"), (1, "#7fd3ae"))
    defs += linear("shell", (0, "#ffffff"), (1, "#d5ece6"), x2=.6) + linear("screen", (0, "#124b52"), (1, "#0a2f3b")) + linear("body", (0, "#f7a07f"), (1, "#e2705e"))
    body += circle(256, 250, 196, "#f5fdec", 'opacity=".85"')
    for x, y, s in [(92, 120, .5), (430, 160, .6), (420, 70, .35)]:
        body += f'<g transform="translate({x} {y}) scale({s})" fill="#fff"><rect x="-90" y="0" width="190" height="44" rx="22"/><circle cx="-24" cy="-2" r="42"/><circle cx="36" cy="-14" r="52"/></g>'
    body += path("M92 520C96 444 150 412 206 404L306 404C362 412 416 444 420 520Z", "url(#body)") + path("M310 404C362 412 416 444 420 520L340 520C348 480 338 436 310 404Z", "#c95a4f")
    body += rect("#b9d8d0", x=220, y=362, width=72, height=52, extra='rx="10"') + path("M222 378H290M222 394H290", "none", 'stroke="#8db9af" stroke-width="5"')
    body += circle(256, 472, 27, "#fff3d6") + path("M256 486C242 476 240 464 249 460C253 459 256 462 256 465C256 462 259 459 263 460C272 464 270 476 256 486Z", "#e2705e")
    body += rect("#8db9af", x=92, y=232, width=36, height=76, extra='rx="16"') + rect("#6fa59b", x=384, y=232, width=36, height=76, extra='rx="16"')
    body += rect("url(#shell)", x=112, y=164, width=288, height=214, extra='rx="84"') + path("M318 164H316C362 164 400 202 400 248V294C400 340 362 378 316 378H300C346 372 372 336 372 290V250C372 206 350 172 318 164Z", "#b9d8d0", 'opacity=".8"')
    body += rect("url(#screen)", x=144, y=200, width=224, height=140, extra='rx="58"') + path("M160 250C162 226 178 212 206 210C184 222 176 240 176 268C168 268 160 262 160 250Z", "#fff", 'opacity=".18"')
    body += path("M190 268C194 244 222 244 226 268M286 268C290 244 318 244 322 268", "none", 'stroke="#8dffd9" stroke-width="13" stroke-linecap="round"') + path("M232 296Q256 318 280 296", "none", 'stroke="#8dffd9" stroke-width="10" stroke-linecap="round"') + '<ellipse cx="184" cy="296" rx="15" ry="8" fill="#ff9d8a" opacity=".75"/><ellipse cx="328" cy="296" rx="15" ry="8" fill="#ff9d8a" opacity=".75"/>'
    body += path("M214 166C214 136 298 136 298 166Z", "#c98a5c") + path("M220 160C226 142 286 142 292 160Z", "#8a5a3c") + path("M256 150C254 120 256 100 256 76", "none", 'stroke="#2b8a70" stroke-width="8" stroke-linecap="round"')
    body += path("M256 112C226 116 200 96 196 66C228 62 252 82 256 112Z", "#44aa82") + path("M256 94C260 64 286 44 318 48C316 80 290 98 256 94Z", "#5fc79a") + path("M204 72C224 80 242 94 254 110M310 54C288 62 270 76 260 92", "none", 'stroke="#2b8a70" stroke-width="3" stroke-linecap="round"')
    return svg(body, defs)


ALL = [reader, traveller, fox, astronaut, ranger, cat, poet, robot]
