"""Makes mmengineResume_*.pth.gz and mmengineResume.json.gz: runs of the real MMEngine (0.10.7, PyTorch 2.15 on the CPU, MMPreTrain 1.2.0),
saved after two epochs, and what they went on to in the third. `python make_mmengine_resume.py` writes them beside itself.

No data are random and none shuffled, for the two sides draw other numbers; everything else is on: schedulers in the midst of their
course, clipping, accumulation, an average of weights and buffers, momentum, decay by layer.
"""
import gzip
import json
import sys
import tempfile
from pathlib import Path

import mmpretrain  # noqa: F401
import torch
from mmengine.dataset import BaseDataset  # noqa: F401
from mmengine.hooks import Hook
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmpretrain.registry import DATASETS, HOOKS
from mmpretrain.structures import DataSample
from torch.utils.data import Dataset

HERE = Path(__file__).parent
SIZE, CLASSES, SAMPLES, BATCH = 16, 7, 20, 4


@DATASETS.register_module()
class Stripes(Dataset):
    metainfo = dict(classes=list("abcdefg"))

    def __len__(self):
        return SAMPLES

    def __getitem__(self, index):
        values = torch.arange(SIZE * SIZE * 3).reshape(SIZE, SIZE, 3)
        image = (((values * (1 + index % CLASSES) + index) % 11) - 5).float() / 3
        return dict(inputs=image.permute(2, 0, 1).contiguous(), data_samples=DataSample().set_gt_label(index % CLASSES))


@HOOKS.register_module()
class Witness(Hook):
    def __init__(self):
        self.losses = []

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.losses.append(float(outputs["loss"]))


VIT = dict(
    type="ImageClassifier",
    backbone=dict(
        type="VisionTransformer",
        arch=dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32),
        img_size=SIZE,
        patch_size=8,
        drop_rate=0.0,
    ),
    head=dict(type="VisionTransformerClsHead", num_classes=CLASSES, in_channels=16),
)
RESNET = dict(
    type="ImageClassifier",
    backbone=dict(type="ResNet", depth=18, stem_channels=2, base_channels=2, out_indices=(3,)),
    neck=dict(type="GlobalAveragePooling"),
    head=dict(type="LinearClsHead", num_classes=CLASSES, in_channels=16),
)
CASES = {
    "adamw": dict(
        model=VIT,
        optim_wrapper=dict(
            optimizer=dict(type="AdamW", lr=2e-3, weight_decay=0.05),
            clip_grad=dict(max_norm=1.0),
            constructor="LearningRateDecayOptimWrapperConstructor",
            paramwise_cfg=dict(layer_decay_rate=0.75, norm_decay_mult=0.0, flat_decay_mult=0.0),
        ),
        param_scheduler=[
            dict(type="LinearLR", start_factor=0.1, by_epoch=True, begin=0, end=1, convert_to_iter_based=True),
            dict(type="CosineAnnealingLR", by_epoch=True, begin=1, end=3, eta_min=1e-5, convert_to_iter_based=True),
        ],
        custom_hooks=[dict(type="EMAHook", momentum=0.05, priority="ABOVE_NORMAL")],
    ),
    "sgd": dict(
        model=RESNET,
        optim_wrapper=dict(
            optimizer=dict(type="SGD", lr=0.02, momentum=0.9, weight_decay=1e-4, nesterov=True),
            accumulative_counts=2,
        ),
        param_scheduler=dict(type="MultiStepLR", by_epoch=True, milestones=[1, 2], gamma=0.5),
        custom_hooks=[dict(type="EMAHook", ema_type="ExponentialMovingAverage", momentum=0.05, update_buffers=True)],
    ),
    "sgd_plain": dict(
        model=RESNET,
        optim_wrapper=dict(optimizer=dict(type="SGD", lr=0.02, momentum=0.9, dampening=0.1)),
        param_scheduler=dict(type="ExponentialLR", by_epoch=True, gamma=0.7),
        custom_hooks=[],
    ),
}


def config(case, work_dir):
    loader = dict(
        dataset=dict(type="Stripes"),
        sampler=dict(type="DefaultSampler", shuffle=False),
        batch_size=BATCH,
        num_workers=0,
        collate_fn=dict(type="default_collate"),
    )
    return dict(
        work_dir=work_dir,
        train_dataloader=loader,
        val_dataloader=loader,
        train_cfg=dict(by_epoch=True, max_epochs=3, val_interval=1),
        val_cfg=dict(),
        val_evaluator=dict(type="Accuracy"),
        default_hooks=dict(checkpoint=dict(type="CheckpointHook", interval=1)),
        default_scope="mmpretrain",
        randomness=dict(seed=0),
        log_level="ERROR",
        **case,
    )


def sums(state):
    return {
        name: dict(shape=list(value.shape), first=value.flatten()[:3].tolist(), norm=float(value.double().norm()))
        for name, value in state.items()
        if value.is_floating_point()
    }


def main():
    torch.manual_seed(0)
    init_default_scope("mmpretrain")
    found = {}
    for name, case in CASES.items():
        with tempfile.TemporaryDirectory() as work_dir:
            cfg = config(case, work_dir)
            runner = Runner.from_cfg(dict(cfg))
            witness = Witness()
            runner.register_hook(witness, "VERY_LOW")
            runner.train()
            (HERE / f"mmengineResume_{name}.pth.gz").write_bytes(
                gzip.compress((Path(work_dir) / "epoch_2.pth").read_bytes(), 9, mtime=0)
            )
            last = torch.load(Path(work_dir) / "epoch_3.pth", map_location="cpu", weights_only=False)
            per_epoch = SAMPLES // BATCH
            # With an average MMEngine keeps it under state_dict and what is trained beside it.
            ema = "ema_state_dict" in last
            trained = last["ema_state_dict"] if ema else last["state_dict"]
            found[name] = dict(
                config={key: case[key] for key in ("model", "optim_wrapper", "param_scheduler", "custom_hooks")},
                before=witness.losses[: 2 * per_epoch],
                losses=witness.losses[2 * per_epoch :],
                accuracy=runner.message_hub.get_scalar("val/accuracy/top1").current(),
                weights=sums({key.removeprefix("module."): value for key, value in trained.items()}),
                average=sums(last["state_dict"]) if ema else None,
                lr=runner.optim_wrapper.get_lr()["lr"][:3],
            )
            print(name, witness.losses, found[name]["accuracy"], file=sys.stderr)
    (HERE / "mmengineResume.json.gz").write_bytes(gzip.compress(json.dumps(found).encode(), 9, mtime=0))


main()
