"""What the process that reads foreign files may do: compute and answer, for a while; open no file, call nobody."""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys
from typing import Final

MEMORY_BYTES: Final = 1 << 30
CPU_SECONDS: Final = 10
_CPU_OF_A_LIFE: Final = 900

_SET_SECCOMP: Final = 22
_NO_NEW_PRIVILEGES: Final = 38
_FILTER: Final = 2
_REFUSE: Final = 0x0005_0001  # the call fails with EPERM
_ALLOW: Final = 0x7FFF_0000
_KILL: Final = 0x8000_0000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4
# read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn poll/ppoll
# select/pselect6 madvise mremap getrusage prlimit64 futex clock_gettime getrandom getpid exit exit_group sched_yield
_CALLS: Final = {
    "x86_64": (
        0xC000_003E,
        (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 7, 271, 23, 270, 28, 25, 98, 302, 202, 228, 318, 39, 60, 231, 24),
    ),
    "aarch64": (
        0xC000_00B7,
        (
            63,
            64,
            57,
            80,
            62,
            222,
            226,
            215,
            214,
            134,
            135,
            139,
            73,
            72,
            233,
            216,
            165,
            261,
            98,
            113,
            278,
            172,
            93,
            94,
            124,
        ),
    ),
}


def confine() -> None:
    """Give up for ever what reading a file does not need; what a system does not offer is left as it is."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CPU, _CPU_OF_A_LIFE)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, MEMORY_BYTES)
        _filter_calls()


def allow_one_file() -> None:
    """Give the next file its share of the processor; beyond it the system ends this process."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(spent.ru_utime + spent.ru_stime) + CPU_SECONDS + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard), hard))


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _filter_calls() -> None:
    """Let the kernel refuse all calls but the few above (seccomp(2)); any other machine's numbers end the process."""
    if platform.machine() not in _CALLS:
        return
    machine, allowed = _CALLS[platform.machine()]
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((_EQUAL, len(allowed) - place, 0, call) for place, call in enumerate(allowed)),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(program)))
    control = ctypes.CDLL(None, use_errno=True).prctl
    if control(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
        control(_SET_SECCOMP, _FILTER, ctypes.c_void_p(ctypes.addressof(header)), 0, 0)
