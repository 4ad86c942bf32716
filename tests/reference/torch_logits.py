"""Loads safetensors into MMPreTrain's own models, strictly, and answers their logits: python torch_logits.py CASES.json"""
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

warnings.filterwarnings('ignore')
from mmengine.registry import init_default_scope  # noqa: E402
from mmpretrain.registry import MODELS  # noqa: E402

init_default_scope('mmpretrain')
answers = []
with torch.no_grad():
    for case in json.loads(Path(sys.argv[1]).read_text()):
        model = MODELS.build(case['model'])
        state = load_file(case['weights'])
        # The counter is a whole number there; nothing reads it.
        wanted = model.state_dict()
        for name in [name for name in state if name.endswith(('num_batches_tracked', 'relative_position_index'))]:
            state[name] = state[name].reshape(wanted[name].shape).to(wanted[name].dtype)
        model.load_state_dict(state, strict=True)
        pixels = torch.from_numpy(np.fromfile(case['pixels'], dtype=np.float32)).reshape(case['shape'])
        answers.append(model.eval()(pixels, mode='tensor').tolist())
print(json.dumps(answers))
