"""Asks Pillow, as mmcv's photometric functions do, what it makes of the images beside this file: color_jitter.json.gz.

Needs Pillow and numpy. Images are BGR bytes in base64, as OpenCV would hold them.
"""
import base64
import gzip
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

HERE = Path(__file__).parent
ENHANCERS = {'brightness': ImageEnhance.Brightness, 'contrast': ImageEnhance.Contrast, 'saturation': ImageEnhance.Color}


def hue(image, share):
    h, s, v = image.convert('HSV').split()
    turned = (np.array(h).astype(int) + int(share * 255)) % 256
    return Image.merge('HSV', (Image.fromarray(turned.astype(np.uint8)), s, v)).convert('RGB')


def main():
    cases = []
    for name in ('rgb_30x64',):
        image = Image.open(HERE / f'{name}.png').convert('RGB')
        for kind, factors in (('brightness', (0.0, 0.63, 1.4)), ('contrast', (0.0, 0.6, 1.37)), ('saturation', (0.0, 0.8, 1.2)), ('hue', (-0.5, -0.1, 0.07, 0.5))):
            for factor in factors:
                result = hue(image, factor) if kind == 'hue' else ENHANCERS[kind](image).enhance(factor)
                data = np.array(result)[..., ::-1].tobytes()
                cases.append({'image': name, 'kind': kind, 'factor': factor, 'data': base64.b64encode(data).decode()})
    with open(HERE / 'color_jitter.json.gz', 'wb') as file, gzip.GzipFile(fileobj=file, mode='wb', mtime=0, filename='') as packed:
        packed.write(json.dumps(cases, separators=(',', ':')).encode())


main()
