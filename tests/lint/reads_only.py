#!/usr/bin/env python3
"""Says whether a program can change a Portainer: it holds symbols of agent/portainer_write or agent/apply. Exit 1 if it does.

  reads_only.py PROGRAM            of what `cmake -DMOORING_WRITES=OFF` builds
  reads_only.py PROGRAM WRITER     and WRITER, the ordinary program, has symbols of both, so that this is known to see anything
"""
import subprocess
import sys

NAMES = ("mooring::portainer_write::", "mooring::apply::")


def symbols_of(program):
    """Its symbols that write, by name in NAMES."""
    listed = subprocess.run(["nm", "--demangle", "--defined-only", program], capture_output=True, text=True, check=True).stdout
    if not listed.strip():
        sys.exit(f"{program} has no symbols, so that nothing can be said about it")
    found = {name: [line for line in listed.splitlines() if name in line] for name in NAMES}
    print(f"{program}:", ", ".join(f"{len(lines)} symbols of {name}" for name, lines in found.items()))
    return found


def main(program, writer=None):
    found = symbols_of(program)
    for line in [line for lines in found.values() for line in lines][:5]:
        print(line)
    return 1 if any(found.values()) or (writer and not all(symbols_of(writer).values())) else 0


sys.exit(main(*sys.argv[1:]))
