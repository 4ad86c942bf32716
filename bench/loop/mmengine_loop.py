"""The peer: the same model, batches and hooks with MMEngine, and its step alone in plain PyTorch. Argument and answer as tesseraLoop.ts's."""
import contextlib, json, os, sys, tempfile, time

import torch
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch.utils.data import DataLoader, Dataset

SIZE, BATCH = 16, int(sys.argv[2])
iters = int(sys.argv[1])
warm_up = iters // 10
torch.set_num_threads(2)


rows = torch.sin(torch.arange(16000 * SIZE)).reshape(16000, SIZE)


class Numbers(Dataset):
    def __len__(self):
        return 16000

    def __getitem__(self, index):
        return rows[index], index % SIZE


class OneLinear(BaseModel):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(SIZE, SIZE)

    def forward(self, inputs, labels, mode='loss'):
        return dict(loss=torch.nn.functional.cross_entropy(self.fc(inputs), labels))


class Clock(Hook):
    priority = 'LOWEST'
    began = ended = seen = 0

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.seen += 1
        if self.seen == warm_up:
            self.began = time.perf_counter()
        if self.seen == iters:
            self.ended = time.perf_counter()


clock, model = Clock(), OneLinear()
with tempfile.TemporaryDirectory() as folder, open(os.devnull, 'w') as silence, contextlib.redirect_stdout(silence):
    Runner(
        model=model,
        work_dir=folder,
        train_dataloader=DataLoader(Numbers(), batch_size=BATCH, shuffle=True),
        train_cfg=dict(by_epoch=False, max_iters=iters),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.01)),
        custom_hooks=[clock],
        default_hooks=dict(checkpoint=dict(type='CheckpointHook', interval=1000)),
        log_level='INFO',
    ).train()

optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
data = Numbers()
inputs, labels = torch.stack([data[i][0] for i in range(BATCH)]), torch.arange(BATCH)
for step in range(iters):
    if step == warm_up:
        began = time.perf_counter()
    loss = model(inputs, labels)['loss']
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
alone = time.perf_counter() - began
per_step = lambda seconds: seconds * 1e6 / (iters - warm_up)
print(json.dumps({'run': per_step(clock.ended - clock.began), 'alone': per_step(alone)}), flush=True)
