"""Asks the real MMPreTrain what heads and necks compute, and writes the answers as data for the tests in src.

    python make_heads.py OUT.json.gz

Needs torch, mmengine, mmpretrain, mmcv-lite. Weights and inputs are formulas of name and place (make_reference.py); float64.
"""
import gzip
import json
import sys

import torch
from make_reference import MODELS, noise, value
from mmpretrain.structures import DataSample

LABELS = [3, 0, 2, 3]
MANY = [[1, 3], [0], [2, 3, 4], [4]]
SOFT = [[0.7, 0.3, 0, 0, 0], [0, 1, 0, 0, 0], [0.2, 0, 0, 0.8, 0], [0, 0, 0.5, 0.5, 0]]
VECTOR, MAP = [4, 6], [4, 6, 3, 2]
SIX = dict(num_classes=5, in_channels=6)

CASES = [
    (dict(type='LinearClsHead', **SIX, loss=dict(type='CrossEntropyLoss', use_sigmoid=True)), VECTOR, 'soft'),
    (dict(type='LinearClsHead', **SIX, loss=dict(type='FocalLoss')), VECTOR, 'label'),
    (dict(type='StackedLinearClsHead', **SIX, mid_channels=[8, 7], norm_cfg=dict(type='BN1d'), act_cfg=dict(type='ReLU')), VECTOR, 'label'),
    (dict(type='StackedLinearClsHead', **SIX, mid_channels=[3], act_cfg=dict(type='GELU')), VECTOR, 'soft'),
    (dict(type='VigClsHead', **SIX, hidden_dim=8), VECTOR, 'label'),
    (dict(type='MultiLabelClsHead'), [4, 5], 'many'),
    (dict(type='MultiLabelClsHead', topk=2, loss=dict(type='AsymmetricLoss')), [4, 5], 'many'),
    (dict(type='MultiLabelLinearClsHead', **SIX, thr=0.45), VECTOR, 'many'),
    (dict(type='CSRAClsHead', **SIX, num_heads=1, lam=0.1), MAP, 'many'),
    (dict(type='CSRAClsHead', **SIX, num_heads=4, lam=0.3), MAP, 'many'),
    (dict(type='ArcFaceClsHead', **SIX), VECTOR, 'label'),
    (dict(type='ArcFaceClsHead', **SIX, easy_margin=True, scale=16.0, margins=[0.1, 0.2, 0.3, 2.9, 0.5]), VECTOR, 'label'),
    (dict(type='ArcFaceClsHead', **SIX, num_subcenters=3, margins=[3.0, 2.9, 3.1, 2.8, 3.0]), VECTOR, 'label'),
    (dict(type='LeViTClsHead', **SIX, distillation=False), VECTOR, 'label'),
    (dict(type='ConformerHead', num_classes=5, in_channels=[6, 4]), [VECTOR, [4, 4]], 'label'),
    (dict(type='GlobalAveragePooling'), MAP, None),
    (dict(type='GeneralizedMeanPooling', p=2.5), MAP, None),
    (dict(type='GeneralizedMeanPooling', clamp=False, p_trainable=False), MAP, None),
    (dict(type='LinearNeck', in_channels=6, out_channels=5, gap_dim=2, act_cfg=dict(type='ReLU')), MAP, None),
    (dict(type='LinearNeck', in_channels=6, out_channels=5, norm_cfg=None), VECTOR, None),
    (dict(type='ClsBatchNormNeck', input_features=6), VECTOR, None),
    (dict(type='ClsBatchNormNeck', input_features=6, affine=True, eps=1e-3), VECTOR, None),
]


def round_all(tensor):
    return [float(f'{x:.8g}') for x in tensor.detach().double().reshape(-1).tolist()]


def samples_of(kind):
    out = []
    for i in range(4):
        sample = DataSample()
        if kind == 'label':
            sample.set_gt_label(LABELS[i])
        elif kind == 'many':
            sample.set_gt_label(MANY[i])
        else:
            sample.set_gt_score(torch.tensor(SOFT[i], dtype=torch.float64))
            sample.set_gt_label(0)
        out.append(sample)
    return out


def answer(config, shape, kind):
    torch.set_default_dtype(torch.float64)
    module = MODELS.build(dict(config))
    for name, state in module.state_dict().items():
        if name == 'p' or not state.is_floating_point():
            continue
        state.copy_(torch.from_numpy(value(name, tuple(state.shape))))
    # A head of two features takes them as one list; the second's noise has a name of its own.
    second = None
    if isinstance(shape[0], list):
        shape, second = shape
        other = torch.from_numpy(noise('second', int(torch.tensor(second).prod())).reshape(second)).requires_grad_(True)
    x = torch.from_numpy(noise('features', int(torch.tensor(shape).prod())).reshape(shape))
    if config['type'] == 'GeneralizedMeanPooling' and not config.get('clamp', True):
        x = x.abs()
    x.requires_grad_(True)
    result = {'config': config, 'shape': shape, 'target': kind, 'positive': bool((x >= 0).all())}
    module.eval()
    features = (x,) if second is None else ([x, other],)
    out = module(features)
    if second is not None:
        result['second'] = second
        # What it predicts by is the sum of both scores.
        out = out[0] + out[1]
    result['eval'] = round_all(out[0] if isinstance(out, tuple) else out)
    if kind is not None:
        result['labels'] = [one.pred_label.tolist() for one in module.predict(features, samples_of(kind))]
    module.train()
    if kind is None:
        y = module((x,))[0]
        result['output'] = list(y.shape)
        loss = (y * torch.from_numpy(noise('probe', y.numel()).reshape(tuple(y.shape)))).sum()
    else:
        loss = sum(v for k, v in module.loss(features, samples_of(kind)).items() if 'loss' in k)
    loss.backward()
    result['loss'] = float(loss)
    result['grad'] = round_all(x.grad)
    if second is not None:
        result['second_grad'] = round_all(other.grad)
    result['grads'] = {name: round_all(p.grad) for name, p in module.named_parameters() if p.grad is not None}
    result['state'] = {name: list(p.shape) for name, p in module.state_dict().items()}
    return result


if __name__ == '__main__':
    text = json.dumps({'labels': LABELS, 'many': MANY, 'soft': SOFT, 'cases': [answer(*case) for case in CASES]})
    with open(sys.argv[1], 'wb') as raw, gzip.GzipFile(fileobj=raw, mode='wb', filename='', mtime=0) as out:
        out.write(text.encode())
