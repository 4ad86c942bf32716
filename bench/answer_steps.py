"""A worker's side of worker.ts, as answerSteps.ts: says that it is ready, then answers each line of standard input, a number of steps, with one
line of JSON: their times in milliseconds, the last loss, memory in MB."""
import json, resource, sys, time


def answer_steps(step, **ready):
    resident = lambda: int(open('/proc/self/statm').read().split()[1]) * resource.getpagesize() / 2**20
    print(json.dumps({'ready': True, **ready}), flush=True)
    for line in sys.stdin:
        times, last = [], 0.0
        for _ in range(int(line)):
            began = time.perf_counter()
            last = step()
            times.append((time.perf_counter() - began) * 1e3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
        print(json.dumps({'times': times, 'last': last, 'resident': resident(), 'peak': peak}), flush=True)
