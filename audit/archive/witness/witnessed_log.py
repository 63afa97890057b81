"""A log that asks witnesses: each checkpoint it cuts is shown to them, and kept with what they signed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from audit.archive.log.log import Log
from audit.archive.witness.witnesses import gained
from audit.domain.errors import AuditError
from audit.evidence.errors import NotProven
from audit.evidence.note import Note

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from audit.archive.log.store import SignedCheckpoint
    from audit.archive.log.time_stamps import TimeStamper
    from audit.archive.recorders.recorder import Recorder
    from audit.archive.witness.witnesses import Witnesses
    from audit.evidence.note import Signature

_LOOKED_AT: Final = 256
"""So many checkpoints without their witnesses may lie before one that has them; then the newest is taken."""

_logger = logging.getLogger(__name__)


class WitnessedLog(Log):
    """See Log. Only the newest checkpoint is shown: what a witness saw of a log it does not sign of an earlier size.

    That witnesses are silent keeps nobody from sealing; it is said once, and they are asked again.
    """

    def __init__(
        self,
        recorder: Recorder,
        folder: Path,
        *,
        origin: str,
        clock: Callable[[], datetime],
        witnesses: Witnesses,
        time_stamper: TimeStamper | None = None,
    ) -> None:
        super().__init__(recorder, folder, origin=origin, clock=clock, time_stamper=time_stamper)
        self._witnesses = witnesses
        self._accepted = ""
        self._said = ""

    def cover(self, position: int) -> SignedCheckpoint:
        """Return the smallest checkpoint with its witnesses that covers a position, or without where there is none."""
        found = self._witnessed_covering(position)
        if found is None:
            self.seal()
            found = self._witnessed_covering(position)
        return found or super().cover(position)

    def show_newest(self) -> None:
        """Ask the witnesses first, so that a time-stamp covers what they signed. They still know a key that is leaving.

        Where the newest checkpoint has them already, nobody is asked.
        """
        self.ask_witnesses()
        super().show_newest()

    def without_witnesses(self) -> int:
        """Return how many of the newest checkpoints lack their witnesses, counted up to 256."""
        newest = self.newest()
        if not self._lacks(newest):
            return 0
        for number, (size, _, note, _) in enumerate(reversed(self.store.checkpoints()[-_LOOKED_AT:])):
            try:
                if self._accepts(note, size):
                    return number
            except (AuditError, NotProven, TypeError, AttributeError):
                continue  # What is wrong is said when the witnesses are asked, or where the log is verified.
        return min(_LOOKED_AT, len(self.store.checkpoints()))

    def uncovered(self) -> int:
        """Return how many events no checkpoint covers; one where the newest checkpoint lacks its witnesses."""
        return super().uncovered() or int(self._lacks(self.newest()))

    def ask_witnesses(self) -> None:
        """Show the newest checkpoint to the witnesses where it lacks them; keep what they signed if it is enough."""
        newest = self.newest()
        if newest is None or not self._lacks(newest):
            return
        try:
            asked = self._witnesses.ask(newest, self.prove_growth)
            enough = self._keep(newest.size, asked.signatures)
        except (AuditError, NotProven) as fault:
            self._say("The witnesses cannot be asked.", why=str(fault))
            return
        if enough:
            self._said = ""
        else:
            why = " ".join(asked.refusals) or "Too few of them are asked: see ONRECORD_WITNESSES."
            self._say(
                f"The checkpoint over {newest.size} events lacks its witnesses and is shown again later.", why=why
            )

    def _keep(self, size: int, signatures: tuple[Signature, ...]) -> bool:
        """Store cosignatures once they are enough, and return whether they are."""
        with self._signer.locked():
            # Another process may have stored some meanwhile.
            stored = self.covering(size)
            if stored is None or stored.size != size:
                return False
            note = Note.parse(stored.note.encode())
            new = gained(note, signatures)
            if not self._accepts(bytes(note.signed(*new)).decode(), size):
                return False
            if new:
                self.add_signatures(size, new)
            return True

    def _witnessed_covering(self, position: int) -> SignedCheckpoint | None:
        found = self.covering(position)
        for _ in range(_LOOKED_AT):
            if found is None or not self._lacks(found):
                return found
            found = self.covering(found.size + 1)
        newest = self.newest()
        return None if self._lacks(newest) else newest

    def _lacks(self, checkpoint: SignedCheckpoint | None) -> bool:
        if checkpoint is None or checkpoint.note == self._accepted:
            return False
        try:
            lacks = not self._accepts(checkpoint.note, checkpoint.size)
        except (AuditError, NotProven):
            return True  # What is wrong is said when the witnesses are asked.
        if not lacks:
            self._accepted = checkpoint.note
        return lacks

    def _accepts(self, note: str, size: int) -> bool:
        return self._witnesses.accept(note, self.key_history().in_force(size))

    def _say(self, words: str, *, why: str) -> None:
        """Log what is wrong, once for as long as the reason is the same."""
        if why != self._said:
            self._said = why
            _logger.warning("%s %s", words, why)
