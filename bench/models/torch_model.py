"""The peer: a training step of a torchvision model. Arguments: name batch fp32|bf16. Answers as answer_steps.py says."""
import contextlib, os, sys

import torch, torch.nn.functional as F, torchvision

sys.path.append(os.path.join(os.path.dirname(__file__), '..'))
from answer_steps import answer_steps

name, batch, precision = sys.argv[1], int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(2)
torch.manual_seed(0)
model = getattr(torchvision.models, name)()
model.train()
if name == 'resnet50':
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4, fused=True)
else:
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=0.05, fused=True)
pixels = torch.randint(0, 256, (batch, 3, 224, 224), dtype=torch.uint8)
labels = torch.arange(batch) * 7 % 1000
mean, std = torch.tensor([123.675, 116.28, 103.53]).view(1, 3, 1, 1), torch.tensor([58.395, 57.12, 57.375]).view(1, 3, 1, 1)
cast = lambda: torch.autocast('cpu', torch.bfloat16) if precision == 'bf16' else contextlib.nullcontext()


def step():
    x = (pixels.float() - mean) / std
    with cast():
        loss = F.cross_entropy(model(x), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


answer_steps(step, version=torch.__version__)
