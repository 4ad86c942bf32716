"""Asks the real MMPreTrain what its backbones compute, and writes the answers as data for the tests beside this file.

    python make_reference.py tiny OUT.json.gz [TYPE...]    numbers of small models: outputs, gradients, statistics, layer depths
    python make_reference.py full OUT.json.gz [TYPE...]    names and shapes of all parameters of the full-size models

Answers that OUT has already stay as they are, but for those of the types named.

Needs Python 3.11, torch 2.1.2, mmengine 0.10.7, mmpretrain 1.2.0, mmcv-lite 2.2.0. Weights are a formula of name and place,
so that no weights need to be stored; all is computed in float64. A case may name arguments of the call besides the images.
"""
import gzip
import json
import sys
import warnings
import zlib
from functools import partial
from pathlib import Path

import numpy as np
import torch

warnings.filterwarnings('ignore')
from mmpretrain.registry import MODELS  # noqa: E402
from mmengine.registry import init_default_scope  # noqa: E402

import mmpretrain.models.utils.attention as attention  # noqa: E402

init_default_scope('mmpretrain')
HERE = Path(__file__).parent
NAMED_ARCHITECTURES = {'LeViT': 'arch_zoo', 'Vig': 'arch_settings', 'PyramidVig': 'arch_settings'}


def noise(name, count):
    """Even in [-1, 1), by name and place: the finalizer of MurmurHash3."""
    mask = np.uint64(0xFFFFFFFF)
    z = (np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B1) + np.uint64(zlib.crc32(name.encode()))) & mask
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        z ^= z >> np.uint64(shift)
        z = (z * np.uint64(factor)) & mask
    z ^= z >> np.uint64(16)
    return z.astype(np.float64) / 2**31 - 1


def value(name, shape):
    count = int(np.prod(shape, dtype=np.int64))
    u = noise(name, count)
    last = name.split('.')[-1]
    if last == 'running_var':
        u = 1 + 0.5 * u
    elif 'gamma' in name:
        u = 0.6 + 0.3 * u
    elif last == 'weight' and len(shape) == 1:
        u = 1 + 0.3 * u
    elif last == 'weight' and len(shape) > 1:
        u = u * np.sqrt(3 / np.prod(shape[1:]))
    elif last == 'logit_scale':
        u = 1 + 0.5 * u
    else:
        u = 0.2 * u
    return u.reshape(shape)


def sample(name, tensor, count):
    flat = tensor.detach().double().reshape(-1).numpy()
    places = np.floor((noise('places.' + name, count) + 1) / 2 * flat.size).astype(int) if flat.size > count else np.arange(flat.size)
    return {'scale': float(np.abs(flat).max()), 'values': [float(f'{x:.7g}') for x in flat[places]]}


def flat_outputs(outputs):
    return [one for out in outputs for one in (out if isinstance(out, (tuple, list)) else [out])]


def difference(a, b, floor=0.0):
    scale = max(float(b.detach().abs().max()), floor, 1e-12)
    return float((a.detach().double() - b.detach().double()).abs().max()) / scale


def drift(case, outputs, model):
    """How far float32 itself is from float64 here, in training: outputs, gradients. A fair tolerance."""
    single, inputs = prepare(case, torch.float32)
    single.train()
    found = flat_outputs(single(inputs, **case.get('call', {})))
    probe(found).backward()
    pairs = [(a.grad, b.grad) for a, b in zip(single.parameters(), model.parameters()) if b.grad is not None]
    largest = max(float(b.abs().max()) for _, b in pairs)
    return {
        'outputs': max(difference(a, b) for a, b in zip(found, outputs)),
        'gradients': max(difference(a, b, largest * 1e-3) for a, b in pairs),
    }


def probe(outputs):
    return sum((o * torch.from_numpy(noise(f'loss.{i}', o.numel()).reshape(o.shape)).to(o.dtype)).sum() for i, o in enumerate(outputs))


def scale_as_documented():
    """MMPreTrain divides by the factor that it is to multiply with where qk_scale is given (T2T_ViT); here it multiplies by it."""
    init = attention.MultiheadAttention.__init__

    def corrected(self, *args, qk_scale=None, **kwargs):
        init(self, *args, qk_scale=qk_scale, **kwargs)
        if qk_scale is not None and corrected.on:
            self.scaled_dot_product_attention = partial(torch.nn.functional.scaled_dot_product_attention, scale=qk_scale)

    attention.MultiheadAttention.__init__ = corrected
    return corrected


corrected = scale_as_documented()
corrected.on = True


def revive(config):
    """A config as Python writes it: numbers as keys, which JSON has not."""
    if isinstance(config, list):
        return [revive(one) for one in config]
    if not isinstance(config, dict):
        return config
    return {int(key) if key.isdigit() else key: revive(one) for key, one in config.items()}


def prepare(case, dtype):
    torch.manual_seed(0)
    config = revive(case['model'])
    corrected.on = config.pop('qk_scaling', 'paper') == 'paper'
    if config['type'] in NAMED_ARCHITECTURES and isinstance(config['arch'], dict):
        # It takes only names, or its check of an architecture asks for keys that it does not read.
        getattr(MODELS.get(config['type']), NAMED_ARCHITECTURES[config['type']])['ours'] = config['arch']
        config['arch'] = 'ours'
    model = MODELS.build(config).to(dtype)
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            # Some make their positions in float32 whatever the model is.
            module.register_forward_pre_hook(lambda conv, args: (args[0].to(conv.weight.dtype),))
    if case['model']['type'] == 'MoCoV3ViT':
        # Its positions are frozen by the start of its weights.
        model.init_weights()
    state = model.state_dict()
    if config['type'] == 'LoRAModel':
        # Its state dict holds the branches alone.
        state = {name: parameter.data for name, parameter in model.named_parameters()}
    for name, tensor in state.items():
        if name in dict(model.named_parameters()) or 'running_' in name:
            tensor.copy_(torch.from_numpy(value(name, tuple(tensor.shape))))
    shape = case['input']
    inputs = torch.from_numpy(noise('inputs', int(np.prod(shape))).reshape(shape)) * 1.7
    return model, inputs.to(dtype)


def tiny(case):
    model, inputs = prepare(case, torch.float64)
    state = model.state_dict()
    result = {**case, 'buffers': buffers(model)}
    model.eval()
    with torch.no_grad():
        evaluated = flat_outputs(model(inputs, **case.get('call', {})))
    result['eval'] = [{'shape': list(o.shape), **sample(f'eval.{i}', o, 24)} for i, o in enumerate(evaluated)]
    model.train()
    outputs = flat_outputs(model(inputs, **case.get('call', {})))
    result['train'] = [sample(f'train.{i}', o, 24) for i, o in enumerate(outputs)]
    loss = probe(outputs)
    loss.backward()
    result['loss'] = loss.item()
    result['drift'] = drift(case, outputs, model)
    result['parameters'] = []
    for name, parameter in model.named_parameters():
        entry = [name, list(parameter.shape)]
        entry.append(None if parameter.grad is None else sample('grad.' + name, parameter.grad, 3))
        result['parameters'].append(entry)
    result['statistics'] = {name: sample(name, b, 2) for name, b in model.named_buffers() if 'running_' in name}
    result['layer_depth'] = depths(model)
    return result


def depths(model):
    if not hasattr(model, 'get_layer_depth'):
        return None
    try:
        return [model.get_layer_depth('backbone.' + name, 'backbone.') for name, _ in model.named_parameters()]
    except (NotImplementedError, IndexError):
        return 'error'


def buffers(model):
    parameters = dict(model.named_parameters(remove_duplicate=False))
    return [[name, list(b.shape)] for name, b in model.state_dict().items() if name not in parameters]


def full(case):
    model = MODELS.build(revive(case))
    return {
        'model': case,
        'parameters': [[name, list(p.shape)] for name, p in model.named_parameters()],
        'buffers': buffers(model),
        # The number of layers, and each parameter's depth.
        'layer_depth': [found[0][1], [depth for depth, _ in found]] if isinstance(found := depths(model), list) else found,
    }


def main():
    kind, out, *types = sys.argv[1:]
    cases = json.loads((HERE / f'cases.{kind}.json').read_text())
    if kind == 'full':
        for name in ('trunc_normal_', 'kaiming_uniform_', 'uniform_', 'normal_', 'xavier_uniform_', 'kaiming_normal_', 'constant_'):
            setattr(torch.nn.init, name, lambda tensor, *args, **kwargs: tensor)
    known = {}
    if Path(out).exists():
        known = {key(kind, one): one for one in json.loads(gzip.open(out).read())}
    results, failed = [], []
    for case in cases:
        config = case['model'] if kind == 'tiny' else case
        before = known.get(key(kind, case if kind == 'tiny' else {'model': case}))
        if before is not None and config['type'] not in types and 'layer_depth' in before:
            results.append(before)
            continue
        try:
            results.append(tiny(case) if kind == 'tiny' else full(case))
        except Exception as error:
            # The others' answers are not lost for it.
            failed.append(f'{config}: {error}')
    payload = json.dumps(results, separators=(',', ':')).encode()
    with open(out, 'wb') as file, gzip.GzipFile(fileobj=file, mode='wb', mtime=0, filename='') as packed:
        packed.write(payload)
    print(out, len(results), 'cases', Path(out).stat().st_size, 'bytes')
    if failed:
        sys.exit('\n'.join(failed))


def key(kind, one):
    return json.dumps([one['model'], one.get('input'), one.get('call')])


if __name__ == '__main__':
    main()
