"""What every page is given: the house, its templates, its sessions and its allowances."""

from __future__ import annotations

import hmac
from secrets import token_hex
from time import monotonic
from typing import TYPE_CHECKING, Final

from api.identity import same
from api.importing import Imports
from api.oidc import SigningIn
from api.remembered import Remembered
from api.rendering import environment
from api.throttle import Throttle
from audit.archive.accounts.locking import Lock
from audit.archive.accounts.sessions import Sessions
from audit.archive.accounts.totp import SecondFactors
from audit.archive.users import UserSecrets
from audit.bootstrap.users import Register, role_of
from audit.domain.access import AccessRefused, RecordExported, RecordViewed, SearchMade, SignedIn
from audit.domain.actor import Actor
from audit.domain.event import Damaged

if TYPE_CHECKING:
    from audit.archive.accounts.sessions import Session
    from audit.bootstrap.house import House

LOOKS: Final = (RecordViewed, SearchMade, RecordExported, AccessRefused, SignedIn)
"""Events of people at our pages: no page that they look at lacks them."""
_LOOKS_READ: Final = 100
_SEED_LENGTH: Final = 32
_HALF_SECONDS: Final = 5 * 60


class Rooms:
    """One process's pages. ``first_code`` opens the door through which the first administrator comes in, once."""

    def __init__(self, house: House, first_code: str | None) -> None:
        self.house = house
        self.first_code = first_code
        self.templates = environment()
        self.throttle = Throttle(monotonic)
        self.imports = Imports()
        self.figures = Remembered()
        self.sessions = Sessions(house.keyring, random=house.world.random, clock=house.world.clock)
        self.lock = Lock(house.keyring, clock=house.world.clock)
        self.secrets = UserSecrets(house.keyring, house.world.random)
        self.second = SecondFactors(house.keyring, random=house.world.random, clock=house.world.clock)
        self.register = Register(house)
        self._form_key = hmac.digest(house.keyring.secret("delivery"), b"forms", "sha256")
        self.provider = self._provider()

    def _provider(self) -> SigningIn | None:
        known = self.house.settings.provider
        key = hmac.digest(self.house.keyring.secret("delivery"), b"provider", "sha256")
        return SigningIn(known, key=key, clock=self.house.world.clock) if known else None

    def who(self, token: str | None) -> tuple[Session | None, Actor | None]:
        """Return the session of a token and who it is, as the log knows them now."""
        session = self.sessions.find(token) if token else None
        role = role_of(self.house, session.login) if session else None
        if session is None or role is None:
            return None, None
        return session, Actor(login=session.login, role=role, why=session.purpose)

    def misses(self, position: int) -> bool:
        """Say whether whoever reads up to a position misses something: that somebody looked in since does not count."""
        archive = self.house.archive
        head = archive.head().size
        if head - position > _LOOKS_READ:
            return True
        later = archive.read_closed(position, _LOOKS_READ, head)
        return any(isinstance(one, Damaged) or not isinstance(one.event, LOOKS) for one in later)

    def new_seed(self) -> str:
        return token_hex(_SEED_LENGTH)

    def form_token(self, seed: str) -> str:
        """Return what a form must bring back: only we can make it, and only for this browser."""
        return hmac.digest(self._form_key, seed.encode(errors="surrogatepass"), "sha256").hex()

    def is_form_token(self, token: str, seed: str) -> bool:
        return same(token, self.form_token(seed))

    def half(self, login: str, seed: str, how: str) -> str:
        """Return what proves for five minutes that this browser proved in this way to be somebody, but for a code."""
        until = str(int(self.house.world.clock().timestamp()) + _HALF_SECONDS)
        return f"{until}.{self._halved(until, f'{how} {login}', seed)}"

    def is_half(self, half: str, login: str, seed: str, how: str) -> bool:
        until, _, told = half.partition(".")
        now = int(self.house.world.clock().timestamp())
        lasts = until.isascii() and until.isdecimal() and now <= int(until)
        return lasts and same(told, self._halved(until, f"{how} {login}", seed))

    def _halved(self, until: str, what: str, seed: str) -> str:
        said = f"half\n{until}\n{seed}\n{what}".encode(errors="surrogatepass")
        return hmac.digest(self._form_key, said, "sha256").hex()
