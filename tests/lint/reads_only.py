#!/usr/bin/env python3
"""Says whether a program can change a Portainer: it holds symbols of agent/portainer_write or agent/apply. Exit 1 if it does.

What `cmake -DMOORING_WRITES=OFF` builds must pass; the tests of the Writer must not, so that this is known to see anything.
"""
import subprocess
import sys

NAMES = ("mooring::portainer_write::", "mooring::apply::")


def main():
    listed = subprocess.run(["nm", "--demangle", "--defined-only", sys.argv[1]], capture_output=True, text=True, check=True).stdout
    symbols = [line for line in listed.splitlines() if any(name in line for name in NAMES)]
    if not listed.strip():
        print(f"{sys.argv[1]} has no symbols, so that nothing can be said about it")
        return 2
    for line in symbols[:5]:
        print(line)
    print(f"{sys.argv[1]}: {len(symbols)} symbols that write")
    return 1 if symbols else 0


sys.exit(main())
