"""A subscription that polls: the same on every engine, woken at once by appends of its own process."""

from __future__ import annotations

from abc import ABC
from collections import deque
from typing import TYPE_CHECKING

from eventsourcing.persistence import ApplicationRecorder, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Condition

    from eventsourcing.persistence import Notification

PAGE = 500
POLL_SECONDS = 0.25


class PollingSubscription(Subscription[ApplicationRecorder]):
    """Yields events after a position for ever; a notice from the database that got lost costs nothing."""

    def __init__(
        self,
        recorder: ApplicationRecorder,
        gt: int | None = None,
        topics: Sequence[str] = (),
        *,
        appended: Condition,
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._appended = appended
        self._page: deque[Notification] = deque()

    def stop(self) -> None:
        """End the iteration, also from another thread."""
        with self._appended:
            super().stop()
            self._appended.notify_all()

    def __next__(self) -> Notification:
        """Return the next event, waiting for it where need be."""
        while not self._has_been_stopped:
            if self._page or self._turn():
                notification = self._page.popleft()
                self._last_notification_id = notification.id
                return notification
            with self._appended:
                if not self._has_been_stopped:
                    self._appended.wait(POLL_SECONDS)
        raise StopIteration

    def _turn(self) -> bool:
        self._page.extend(
            self._recorder.select_notifications(
                start=self._last_notification_id or 0, limit=PAGE, topics=self._topics, inclusive_of_start=False
            )
        )
        return bool(self._page)


class Subscribable(ApplicationRecorder, ABC):
    """A recorder that wakes its subscriptions after each append."""

    woken: Condition

    def appended(self) -> None:
        """Wake the subscriptions of this process."""
        with self.woken:
            self.woken.notify_all()

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        """Return an endless iterator over events after a position."""
        return PollingSubscription(self, gt, topics, appended=self.woken)
