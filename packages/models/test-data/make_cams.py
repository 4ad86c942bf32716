"""Asks the real grad-cam (1.5.7, on MMPreTrain 1.2.0's models) for class activation maps, and writes cams.json.gz beside this file.

    python make_cams.py

Weights and images are formulas of name and place (make_reference.py). The sign of a principal component is anybody's guess; here it is the one
whose direction has a sum above 0. (ResNet's last norm is no good target: PyTorch adds and clips in place what the hook has seen.)
"""
import gzip
import json
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.argv = ['make_reference.py', 'none', '/dev/null']
from make_reference import noise, sample, value  # noqa: E402
from mmpretrain.registry import MODELS  # noqa: E402
import pytorch_grad_cam as cam  # noqa: E402
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402

VIT = {'type': 'VisionTransformer', 'arch': {'embed_dims': 16, 'num_layers': 2, 'num_heads': 2, 'feedforward_channels': 24}, 'img_size': 20, 'patch_size': 4}
RESNET = {'type': 'ResNet', 'depth': 18, 'stem_channels': 8, 'base_channels': 8, 'num_stages': 2, 'strides': [1, 2], 'dilations': [1, 1], 'out_indices': [1]}
MODELS_OF = {
    'vit': ({'type': 'ImageClassifier', 'backbone': VIT, 'head': {'type': 'VisionTransformerClsHead', 'num_classes': 5, 'in_channels': 16}}, 20, 'backbone.layers.1.ln1'),
    'resnet': ({'type': 'ImageClassifier', 'backbone': RESNET, 'neck': {'type': 'GlobalAveragePooling'}, 'head': {'type': 'LinearClsHead', 'num_classes': 5, 'in_channels': 16}}, 40, 'backbone.layer2.1'),
}
METHODS = {'gradcam': cam.GradCAM, 'gradcam++': cam.GradCAMPlusPlus, 'xgradcam': cam.XGradCAM, 'eigencam': cam.EigenCAM, 'eigengradcam': cam.EigenGradCAM,
           'layercam': cam.LayerCAM, 'hirescam': cam.HiResCAM, 'gradcamelementwise': cam.GradCAMElementWise}


def projection(batch):
    maps = []
    for activations in batch:
        rows = activations.reshape(activations.shape[0], -1).transpose()
        rows = rows - rows.mean(axis=0)
        _, _, directions = np.linalg.svd(rows, full_matrices=True)
        first = directions[0] * (-1 if directions[0].sum() < 0 else 1)
        maps.append((rows @ first).reshape(activations.shape[1:]))
    return np.float32(maps)


for module in (cam.base_cam, cam.eigen_cam, cam.eigen_grad_cam, cam.layer_cam):
    module.get_2d_projection = projection


def reshape(tensor):
    if tensor.ndim == 4:
        return tensor
    side = int((tensor.shape[1] - 1) ** 0.5)
    return tensor[:, 1:].reshape(len(tensor), side, side, -1).permute(0, 3, 1, 2)


def main():
    results = []
    for name, (config, size, layer) in MODELS_OF.items():
        model = MODELS.build(config)
        parameters = dict(model.named_parameters())
        for key, tensor in model.state_dict().items():
            if key in parameters or 'running_' in key:
                tensor.copy_(torch.from_numpy(value(key, tuple(tensor.shape))))
        model.eval()
        inputs = torch.from_numpy(noise('inputs', 3 * size * size).reshape(1, 3, size, size) * 1.7).float()
        scores = model(inputs)
        for method, kind in METHODS.items():
            for category, smooth, augment in ((None, False, False), (2, False, False), (None, True, False), (None, False, True)):
                if (smooth or augment) and method not in ('gradcam', 'layercam'):
                    continue
                made = kind(model=model, target_layers=[dict(model.named_modules())[layer]], reshape_transform=reshape)
                targets = None if category is None else [ClassifierOutputTarget(category)]
                heat = made(inputs, targets, aug_smooth=augment, eigen_smooth=smooth)[0]
                results.append({'model': config, 'size': size, 'layer': layer, 'method': method, 'category': category, 'eigenSmooth': smooth, 'augSmooth': augment,
                                'best': int(scores.argmax()), 'heat': sample('heat', torch.from_numpy(np.ascontiguousarray(heat)), 64)})
    with open(HERE / 'cams.json.gz', 'wb') as file, gzip.GzipFile(fileobj=file, mode='wb', mtime=0, filename='') as packed:
        packed.write(json.dumps(results, separators=(',', ':')).encode())
    print(len(results), 'maps')


main()
