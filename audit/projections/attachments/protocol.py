"""How the two sides of the sandbox speak.

A question is three lengths and as many bytes: media type, name, content. An answer is two: the reason, the text.
"""

from __future__ import annotations

import struct
from typing import Final

from audit.projections.attachments.verdict import MOST_CHARACTERS

QUESTION: Final = struct.Struct(">III")
ANSWER: Final = struct.Struct(">II")
LONGEST_ANSWER: Final = 4 * MOST_CHARACTERS
OUT_OF_MEMORY: Final = 3
"""The code with which the process ends that ran out of memory."""
