"""A program on a pseudo-terminal, and somebody who reads what it prints and types."""
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from harness import MOORING

PATIENCE = 60  # seconds until something must have been printed; a busy machine is no failure


class Terminal:
    """`mooring WORDS`, or another program, in the folder of a test; `text` is what was printed so far."""

    def __init__(self, case, *words, program=MOORING, term="xterm", columns=None):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(case.folder)
            if columns:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            os.execve(program, [program, *words], {**case.variables, "TERM": term})
        self.text, self.ended, self.answered = "", False, 0
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def read_until(self, pattern, start=0):
        """Where `pattern` was printed, from there on; None: the command ended before, or too much time passed."""
        wanted, deadline = re.compile(pattern), time.monotonic() + PATIENCE
        while not wanted.search(self.text, start) and not self.ended and time.monotonic() < deadline:
            if select.select([self.descriptor], [], [], 0.2)[0]:
                self.read()
        return wanted.search(self.text, start)

    def read(self):
        try:
            block = os.read(self.descriptor, 65536)
        except OSError:  # so a terminal ends that nobody has open any more
            block = b""
        self.ended = not block
        self.text += self.decoder.decode(block)

    def asked(self, question):
        """The next question of this pattern, after what was asked before; None as above."""
        found = self.read_until(question, self.answered)
        self.answered = len(self.text)
        return found and found[0]

    def press(self, key):
        os.write(self.descriptor, key)

    def finish(self):
        """Reads to the end; returns the exit code, of what does not end in time that of a kill."""
        self.read_until(r"(?!)")
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
