"""Asks MMEngine what MMPreTrain's models cost on one image, and writes the answers as data for the tests in src.

    python make_complexity.py OUT.json

Needs torch, mmengine, mmpretrain, mmcv-lite. Left out are models of which its analysers see only a part: they know neither PyTorch's fused
attention nor convolutions padded by name. What it counts for pooling stays out: one addition for each value.
"""
import json
import sys

import torch
from mmengine.analysis import ActivationAnalyzer, FlopAnalyzer, parameter_count
from mmengine.registry import init_default_scope
from mmpretrain.registry import MODELS

init_default_scope('mmpretrain')

CASES = [
    {"type": "ResNet", "depth": 50},
    {"type": "ResNetV1d", "depth": 50},
    {"type": "ResNeXt", "depth": 50},
    {"type": "SEResNet", "depth": 50},
    {"type": "Res2Net", "depth": 50, "scales": 8, "base_width": 14},
    {"type": "RegNet", "arch": "regnetx_400mf"},
    {"type": "VGG", "depth": 11},
    {"type": "MobileNetV2"},
    {"type": "MobileNetV3", "arch": "small"},
    {"type": "EfficientNet", "arch": "b0"},
    {"type": "EfficientNetV2", "arch": "s"},
    {"type": "DenseNet", "arch": "121"},
    {"type": "ResNeSt", "depth": 50},
    {"type": "RepVGG", "arch": "A0"},
    {"type": "MobileOne", "arch": "s0"},
    {"type": "LeNet5"},
    {"type": "ConvNeXt", "arch": "atto", "use_grn": True, "layer_scale_init_value": 0.0},
    {"type": "HiViT", "arch": "tiny"},
    {"type": "MlpMixer", "arch": "b"},
    {"type": "PoolFormer", "arch": "s12"},
    {"type": "T2T_ViT"},
    {"type": "LeViT", "arch": "128s"},
    {"type": "EdgeNeXt", "arch": "xxsmall"},
]


def answer(config):
    image = [32, 32, 1] if config['type'] == 'LeNet5' else [224, 224, 3]
    model = MODELS.build(dict(config))
    # Some of them return nothing from `eval`.
    model.eval()
    x = torch.zeros(1, image[2], *image[:2])
    operators = FlopAnalyzer(model, (x,)).by_operator()
    return {
        'backbone': config,
        'image': image,
        'products': sum(n for name, n in operators.items() if 'norm' not in name and 'pool' not in name),
        'norms': sum(n for name, n in operators.items() if 'norm' in name),
        'activations': ActivationAnalyzer(model, (x,)).total(),
        'parameters': parameter_count(model)[''],
    }


if __name__ == '__main__':
    rows = [json.dumps(answer(case)) for case in CASES]
    with open(sys.argv[1], 'w') as out:
        out.write('[\n' + ',\n'.join(f'  {row}' for row in rows) + '\n]\n')
