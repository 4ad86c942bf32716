"""Asks the real MMPreTrain what its self-supervised models compute, and writes reference.selfsup.json.gz beside this file.

    python make_selfsup_reference.py

Needs torch, mmengine, mmpretrain 1.2.0, mmcv-lite. Weights, images, masks and noise are formulas of name and place
(make_reference.py); all is computed in float64. A momentum encoder stands at `steps` of 10.
"""
import copy
import gzip
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch

warnings.filterwarnings('ignore')
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.argv = ['make_reference.py', 'none', '/dev/null']
from make_reference import noise, sample, value  # noqa: E402
from mmengine.logging import MessageHub  # noqa: E402
from mmpretrain.registry import MODELS  # noqa: E402
from mmpretrain.structures import DataSample  # noqa: E402

MessageHub.get_current_instance().update_info('max_iters', 10)


def formula(name, shape):
    return torch.from_numpy(noise(name, int(np.prod(shape))).reshape(shape))


def run(case, dtype):
    torch.manual_seed(0)
    config = copy.deepcopy(case['model'])
    if config.get('neck', {}).get('type') == 'BEiTV2Neck':
        # It asks for `num_layers`, and reads `depth`.
        config['neck']['backbone_arch']['depth'] = config['neck']['backbone_arch']['num_layers']
    model = MODELS.build(config)
    if 'MoCoV3' in case['model']['type']:
        # Its positions are frozen by the start of its weights.
        model.init_weights()
    model = model.to(dtype)
    parameters = dict(model.named_parameters())
    for name, tensor in model.state_dict().items():
        if name in parameters or 'running_' in name:
            tensor.copy_(torch.from_numpy(value(name, tuple(tensor.shape))))
        if name in ('queue', 'queue2'):
            tensor.copy_(torch.nn.functional.normalize(formula(name, tuple(tensor.shape)), dim=0))
        if name.endswith('.steps'):
            tensor.fill_(case['steps'])
    generator = case['model'].get('target_generator', {}).get('type')
    if generator in ('DALL-E', 'HOGGenerator'):
        # Both ask for float32 themselves.
        tokenizer = model.target_generator.float()
        forward = tokenizer.forward
        tokenizer.forward = lambda x: forward(x.float()).to(dtype)
    if generator == 'VQKD':
        # The tokenizer of the paper does not change.
        model.target_generator.quantize.embedding.update = False
    if case['model']['backbone']['type'] == 'MAEHiViT':
        # Its positions are resampled by a hundredth wherever patches are missing; they should stay where they are.
        model.backbone.interpolate_pos_encoding = lambda *_: model.backbone.pos_embed
    model.train()
    inputs = [(formula(f'inputs.{i}', shape) * 1.7).to(dtype) for i, shape in enumerate(case['inputs'])]
    samples = []
    if 'mask' in case:
        masks = (formula('mask', case['mask']) > 0.1).to(dtype)
        samples = [DataSample(mask=mask) for mask in masks]
    draw = torch.rand
    if 'noise' in case:
        torch.rand = lambda *shape, **_: ((formula('noise', case['noise']) + 1) / 2).reshape(shape).float()
    losses = model.loss(inputs if len(inputs) > 1 else inputs[0], samples)
    torch.rand = draw
    sum(losses.values()).backward()
    return model, losses


def difference(a, b, floor):
    return float((a.double() - b.double()).abs().max()) / max(float(b.abs().max()), floor, 1e-12)


def answer(case):
    model, losses = run(case, torch.float64)
    single, _ = run(case, torch.float32)
    pairs = [(a.grad, b.grad) for a, b in zip(single.parameters(), model.parameters()) if b.grad is not None]
    largest = max(float(b.abs().max()) for _, b in pairs)
    after = {name: sample(name, tensor.double(), 3) for name, tensor in model.state_dict().items()
             if 'running_' in name or '.module.' in name or name.startswith('queue')}
    return {
        **case,
        # How far float32 itself is from float64 here: a fair tolerance.
        'drift': max(difference(a, b, largest * 1e-3) for a, b in pairs),
        'losses': {name: loss.item() for name, loss in losses.items()},
        'parameters': [[name, list(p.shape), None if p.grad is None else sample('grad.' + name, p.grad, 3)]
                       for name, p in model.named_parameters()],
        'state': [[name, list(t.shape)] for name, t in model.state_dict().items()],
        'after': after,
        'layer_depth': depths(model),
    }


def depths(model):
    try:
        return [model.get_layer_depth(name) for name, _ in model.named_parameters()]
    except NotImplementedError:
        return None


def main():
    results = []
    for case in json.loads((HERE / 'cases.selfsup.json').read_text()):
        results.append(answer(case))
        print(case['model']['type'], results[-1]['losses'])
    out = HERE / 'reference.selfsup.json.gz'
    with open(out, 'wb') as file, gzip.GzipFile(fileobj=file, mode='wb', mtime=0, filename='') as packed:
        packed.write(json.dumps(results, separators=(',', ':')).encode())
    print(out.stat().st_size, 'bytes')


main()
