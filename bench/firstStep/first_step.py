"""The peer: configs/vit.ts with MMEngine and MMPreTrain. Arguments: folder with digits in MNIST's format, width, layers, heads."""
import sys

from mmengine.config import Config
from mmengine.runner import Runner

folder = sys.argv[1]
width, layers, heads = map(int, sys.argv[2:5])


def loader(batch_size, split, pipeline, shuffle):
    dataset = dict(type='MNIST', data_root=folder, download=False, split=split, test_mode=split == 'test', pipeline=pipeline)
    sampler = dict(type='DefaultSampler', shuffle=shuffle)
    return dict(batch_size=batch_size, num_workers=0, persistent_workers=False, dataset=dataset, sampler=sampler)


crop = dict(type='RandomCrop', crop_size=28, padding=2)
warm_up = dict(type='LinearLR', start_factor=1e-4, by_epoch=True, begin=0, end=2, convert_to_iter_based=True)
cosine = dict(type='CosineAnnealingLR', by_epoch=True, begin=2, eta_min_ratio=0.001, convert_to_iter_based=True)
arch = dict(embed_dims=width, num_layers=layers, num_heads=heads, feedforward_channels=4 * width)
Runner.from_cfg(
    Config(
        dict(
            default_scope='mmpretrain',
            work_dir=f'{folder}/mmengine',
            model=dict(
                type='ImageClassifier',
                backbone=dict(type='VisionTransformer', arch=arch, img_size=28, patch_size=7, in_channels=1),
                head=dict(type='VisionTransformerClsHead', num_classes=10, in_channels=width, loss=dict(type='CrossEntropyLoss')),
            ),
            data_preprocessor=dict(num_classes=10, mean=[33.3], std=[78.6], to_rgb=False),
            train_dataloader=dict(drop_last=True, **loader(64, 'train', [crop, dict(type='PackInputs')], True)),
            val_dataloader=loader(250, 'test', [dict(type='PackInputs')], False),
            train_cfg=dict(by_epoch=True, max_epochs=17, val_interval=1),
            val_cfg=dict(),
            val_evaluator=dict(type='Accuracy', topk=(1,)),
            optim_wrapper=dict(
                optimizer=dict(type='AdamW', lr=4e-3, weight_decay=0.05, eps=1e-8, betas=(0.9, 0.999), _scope_='mmengine'),
                constructor='LearningRateDecayOptimWrapperConstructor',
                paramwise_cfg=dict(
                    layer_decay_rate=0.75,
                    norm_decay_mult=0.0,
                    flat_decay_mult=0.0,
                    custom_keys={'.cls_token': dict(decay_mult=0.0), '.pos_embed': dict(decay_mult=0.0)},
                ),
            ),
            param_scheduler=[warm_up, cosine],
            default_hooks=dict(logger=dict(type='LoggerHook', interval=1)),
            log_level='INFO',
        )
    )
).train()
