"""One pass over all Python configs of a folder with MMEngine, in a fresh process."""
import glob
import json
import logging
import sys
import time
import warnings

from mmengine.config import Config

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)
files = sorted(glob.glob(f'{sys.argv[1]}/**/*.py', recursive=True))
loaded = 0
start = time.perf_counter()
cpu = time.process_time()
for file in files:
    try:
        Config.fromfile(file)
        loaded += 1
    except Exception:
        pass
seconds = time.perf_counter() - start
cpu_seconds = time.process_time() - cpu
print(json.dumps(dict(seconds=seconds, cpu_seconds=cpu_seconds, loaded=loaded, refused=len(files) - loaded)))
