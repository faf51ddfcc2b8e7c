"""Runs the tests of a file at the same time, in processes of their own: where the product waits, between the two looks that follow a write for
instance (15 s, agent/apply), they wait together. Prints what failed and the slowest; exit 1 where a test failed, or none was found.

usage: side_by_side.py FILE|MODULE...
"""
import concurrent.futures
import importlib
import io
import multiprocessing
import pathlib
import sys
import time
import unittest

AT_ONCE = 12  # more than there are processors: they sleep


def names_in(suite):
    for one in suite:
        if isinstance(one, unittest.TestSuite):
            yield from names_in(one)
        else:
            yield one.id()


def names_of(module):
    return list(names_in(unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(module))))


def run(name):
    """The name of one test, how long it took, its result's (passed, skipped), what unittest says of it."""
    text, began = io.StringIO(), time.monotonic()
    result = unittest.TextTestRunner(stream=text, buffer=True).run(unittest.defaultTestLoader.loadTestsFromName(name))
    passed = result.wasSuccessful() and result.testsRun + len(result.skipped) > 0
    return name, time.monotonic() - began, passed, len(result.skipped), text.getvalue()


def run_all(names):
    began, failed, skipped, times = time.monotonic(), 0, 0, []
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE, multiprocessing.get_context("fork")) as processes:
        for done in concurrent.futures.as_completed([processes.submit(run, name) for name in names]):
            name, seconds, passed, skips, text = done.result()  # raises where a process died: all of it has failed
            times.append((seconds, name))
            skipped += skips
            if not passed:
                failed += 1
                print(text)
    print("\n".join(f"{seconds:6.1f} s  {name}" for seconds, name in sorted(times, reverse=True)[:5]))
    print(f"{len(names)} tests side by side in {time.monotonic() - began:.1f} s: {failed} failed, {skipped} skipped")
    return bool(failed or not names)


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path.cwd()))
    sys.exit(run_all([name for word in sys.argv[1:] for name in names_of(pathlib.Path(word).stem)]))
