"""The peer: the same training step in PyTorch. Arguments: width layers heads image batch mode [bf16] [compile] [foreach]; mode: train | predict | update.

Answers each line of standard input, a number of steps, with one line of JSON: their times in milliseconds, the last loss, memory in MB.
"""
import contextlib, os, sys

import torch, torch.nn as nn, torch.nn.functional as F

sys.path.append(os.path.join(os.path.dirname(__file__), '..'))
from answer_steps import answer_steps

width, layers, heads, image, batch = map(int, sys.argv[1:6])
mode, flags = sys.argv[6], sys.argv[7:]
torch.set_num_threads(2)
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.qkv, self.proj = nn.LayerNorm(width, 1e-6), nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.ln2, self.fc1, self.fc2 = nn.LayerNorm(width, 1e-6), nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        b, t, _ = x.shape
        q, k, v = self.qkv(self.ln1(x)).reshape(b, t, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, t, width))
        return x + self.fc2(F.gelu(self.fc1(self.ln2(x))))


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        tokens = (image // 16) ** 2 + 1
        self.patch = nn.Conv2d(3, width, 16, 16)
        self.cls, self.pos = nn.Parameter(torch.zeros(1, 1, width)), nn.Parameter(torch.randn(1, tokens, width) * 0.02)
        self.blocks, self.ln, self.head = nn.Sequential(*[Block() for _ in range(layers)]), nn.LayerNorm(width, 1e-6), nn.Linear(width, 1000)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], 1) + self.pos
        return self.head(self.ln(self.blocks(x))[:, 0])


def groups(model):
    """Layer-wise decay 0.75, no weight decay for vectors; parameters of equal settings together, which is PyTorch's fastest way."""
    found = {}
    for name, p in model.named_parameters():
        depth = 0 if name.startswith(('patch', 'cls', 'pos')) else int(name.split('.')[1]) + 1 if name.startswith('blocks') else layers + 1
        decay = 0.0 if p.ndim == 1 else 0.05
        found.setdefault((depth, decay), []).append(p)
    return [{'params': ps, 'lr': 1e-3 * 0.75 ** (layers + 1 - depth), 'weight_decay': decay} for (depth, decay), ps in found.items()]


model = ViT()
run = torch.compile(model) if 'compile' in flags else model
optimizer = torch.optim.AdamW(groups(model), 1e-3, **({'foreach': True} if 'foreach' in flags else {'fused': True}))
pixels = torch.randint(0, 256, (batch, 3, image, image), dtype=torch.uint8)
labels = torch.arange(batch) * 7 % 1000
mean, std = torch.tensor([123.675, 116.28, 103.53]).view(1, 3, 1, 1), torch.tensor([58.395, 57.12, 57.375]).view(1, 3, 1, 1)
cast = lambda: torch.autocast('cpu', torch.bfloat16) if 'bf16' in flags else contextlib.nullcontext()
if mode == 'update':
    for p in model.parameters():
        p.grad = torch.randn_like(p) * 1e-3


def step():
    if mode == 'update':
        optimizer.step()
        return 0.0
    x = (pixels.float() - mean) / std
    if mode == 'predict':
        with torch.inference_mode(), cast():
            return run(x).softmax(-1)[0, 0].item()
    with cast():
        loss = F.cross_entropy(run(x), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


if mode == 'predict':
    model.eval()
answer_steps(step, version=torch.__version__)
