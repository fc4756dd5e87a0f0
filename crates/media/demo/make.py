"""Draws the demonstration's pictures: `python3 make.py` writes the files beside it.

Each picture is an SVG that this script composes and Chromium rasterises (`CHROMIUM` names the program); a little grain
keeps gradients from banding. Needs Pillow, numpy and imagequant. The finished pictures are committed, so nothing but a change of
them needs this script.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import imagequant
import numpy
from PIL import Image

import backgrounds
import covers
import portraits

HERE = pathlib.Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM", "chromium")


def rasterise(svg, width, height):
    """The SVG at its size, drawn at twice that and scaled down for clean edges."""
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.html"
        shot = pathlib.Path(folder) / "shot.png"
        page.write_text(f"<!doctype html><body style='margin:0;background:#000'>{svg}</body>")
        subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--force-device-scale-factor=2", f"--window-size={width},{height}", f"--screenshot={shot}", f"file://{page}"],
            check=True, capture_output=True)
        return Image.open(shot).convert("RGB").resize((width, height), Image.LANCZOS)


def grain(image, seed, strength):
    noise = numpy.random.default_rng(seed).normal(0, strength, (image.height, image.width, 1))
    return Image.fromarray(numpy.clip(numpy.asarray(image) + noise, 0, 255).astype("uint8"))


def main(wanted):
    for index, draw in enumerate(backgrounds.ALL):
        if not wanted or f"b{index}" in wanted:
            image = grain(rasterise(draw(), 1600, 1000), index, 1.6)
            image.save(HERE / f"background-{index}.jpg", quality=78, optimize=True, progressive=True)
    for index, draw in enumerate(portraits.ALL):
        if not wanted or f"a{index}" in wanted:
            image = rasterise(draw(), 512, 512).convert("RGBA")
            image = imagequant.quantize_pil_image(image, dithering_level=0.9, max_colors=256)
            image.save(HERE / f"avatar-{index}.png", optimize=True)
    for index, draw in enumerate(covers.ALL):
        if not wanted or f"c{index}" in wanted:
            image = grain(rasterise(draw(), 512, 512).resize((400, 400), Image.LANCZOS), index, 1)
            image.save(HERE / f"cover-{index}.jpg", quality=84, subsampling=0, optimize=True)


main(sys.argv[1:])
