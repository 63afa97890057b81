"""The settings: read once, and refused with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from audit.archive.witness.exchange import is_web_address
from audit.archive.witness.time_stamper import TimeStamping
from audit.archive.witness.witnesses import Asking, must_be_address
from audit.bootstrap.provider import Provider, read_provider
from audit.domain.errors import WrongUse

_SLOW_SECONDS = 30.0
"""How long a visitor may keep the pages waiting."""
_SLOW_SECONDS_MAX = 3_600
_POSTGRES = ("postgresql://", "postgres://")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the archive is and how it reads what comes in.

    ``database_url`` None means the embedded archive in ``folder``. ``retention`` gives the class of a kind, or of
    ``kind@source``; what is not named there is ``default``.
    """

    folder: Path = Path("onrecord-data")
    database_url: str | None = None
    eraser_url: str | None = None
    keys_url: str = ""
    root_key: Path = Path("onrecord-data/root.key")
    kms_key: str | None = None
    register: Path | None = None
    schema: str = "onrecord"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    our_addresses: frozenset[str] = frozenset()
    retention: Mapping[str, str] = field(default_factory=dict)
    witnesses: Asking | None = None
    time_stamping: TimeStamping | None = None
    rubric: Path | None = None
    levels: Path | None = None
    scorecard: Path | None = None
    signing: Path | None = None
    signing_passphrase: str | None = field(default=None, repr=False)
    provider: Provider | None = None
    slow_seconds: float = _SLOW_SECONDS

    @property
    def erased_register(self) -> Path:
        """The register of destroyed keys, which belongs outside archive and backups."""
        return self.register or self.folder / "erased.register"

    def retention_of(self, kind: str, source: str) -> str:
        """Return the retention class of what this source says of this kind."""
        return self.retention.get(f"{kind}@{source}") or self.retention.get(kind) or "default"


def read_settings(environ: Mapping[str, str], *, data: Path | None = None, url: str | None = None) -> Settings:
    """Return the settings of ``ONRECORD_*``; ``data`` and ``url`` from the command line come before them.

    Raises WrongUse with one sentence for each setting that cannot be used.
    """
    wrong: list[str] = []
    folder = data or Path(environ.get("ONRECORD_DATA", "onrecord-data"))
    database_url = url or environ.get("ONRECORD_DATABASE_URL") or None
    keys_url = environ.get("ONRECORD_KEYS_URL") or f"sqlite:///{folder / 'keys.db'}"
    if database_url and not database_url.startswith(_POSTGRES):
        wrong.append("ONRECORD_DATABASE_URL must begin with postgresql:// (leave it out for the embedded archive).")
    if not keys_url.startswith(("sqlite:///", *_POSTGRES)):
        wrong.append("ONRECORD_KEYS_URL must begin with postgresql:// or sqlite:///.")
    if database_url and _same_database(database_url, keys_url):
        wrong.append("ONRECORD_KEYS_URL must name another database than the archive's: keys never lie beside events.")
    schema = environ.get("ONRECORD_SCHEMA", "onrecord")
    if not (schema.isidentifier() and schema.islower()):
        wrong.append("ONRECORD_SCHEMA must be a lower-case word of letters, digits and underscores.")
    zone = _zone(environ.get("ONRECORD_ZONE", "UTC"), wrong)
    retention = _retention(environ.get("ONRECORD_RETENTION", ""), wrong)
    witnesses = _witnesses(environ.get("ONRECORD_POLICY", ""), environ.get("ONRECORD_WITNESSES", ""), wrong)
    stamping = _time_stamping(environ.get("ONRECORD_TSA_URL", ""), environ.get("ONRECORD_TSA_ROOT", ""), wrong)
    provider = read_provider(environ, wrong)
    slow_seconds = _slow_seconds(environ.get("ONRECORD_SLOW_SECONDS", ""), wrong)
    if wrong:
        raise WrongUse(" ".join(wrong))
    addresses = environ.get("ONRECORD_OUR_ADDRESSES", "").replace(",", " ").split()
    return Settings(
        folder=folder,
        database_url=database_url,
        eraser_url=environ.get("ONRECORD_ERASER_URL") or None,
        keys_url=keys_url,
        root_key=Path(environ.get("ONRECORD_ROOT_KEY", str(folder / "root.key"))),
        kms_key=environ.get("ONRECORD_KMS_KEY") or None,
        register=Path(environ["ONRECORD_ERASED_REGISTER"]) if environ.get("ONRECORD_ERASED_REGISTER") else None,
        schema=schema,
        zone=zone,
        our_addresses=frozenset(address.lower() for address in addresses),
        retention=retention,
        witnesses=witnesses,
        time_stamping=stamping,
        rubric=Path(environ["ONRECORD_RUBRIC"]) if environ.get("ONRECORD_RUBRIC") else None,
        levels=Path(environ["ONRECORD_LEVELS"]) if environ.get("ONRECORD_LEVELS") else None,
        scorecard=Path(environ["ONRECORD_SCORECARD"]) if environ.get("ONRECORD_SCORECARD") else None,
        signing=Path(environ["ONRECORD_SIGNING"]) if environ.get("ONRECORD_SIGNING") else None,
        signing_passphrase=environ.get("ONRECORD_SIGNING_PASSPHRASE") or None,
        provider=provider,
        slow_seconds=slow_seconds,
    )


def _same_database(one: str, other: str) -> bool:
    return _located(one) == _located(other)


def _located(url: str) -> str:
    return url.partition("?")[0].partition("://")[2]


def _zone(name: str, wrong: list[str]) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        wrong.append(f"ONRECORD_ZONE is {name!r}, which is no time zone: write one like Europe/Vilnius.")
        return ZoneInfo("UTC")


def _slow_seconds(written: str, wrong: list[str]) -> float:
    if not written:
        return _SLOW_SECONDS
    if written.isascii() and written.isdecimal() and 1 <= int(written) <= _SLOW_SECONDS_MAX:
        return float(written)
    wrong.append(f"ONRECORD_SLOW_SECONDS is {written!r}: write a whole number of seconds, 1 to {_SLOW_SECONDS_MAX}.")
    return _SLOW_SECONDS


def _retention(text: str, wrong: list[str]) -> dict[str, str]:
    """Read ``charge=contract, message@chat=small-talk``."""
    classes = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        kind, sign, name = part.partition("=")
        if sign and kind.strip() and name.strip():
            classes[kind.strip()] = name.strip()
        else:
            wrong.append(f"ONRECORD_RETENTION has {part!r}: write kind=class or kind@source=class.")
    return classes


def _witnesses(policy: str, written: str, wrong: list[str]) -> Asking | None:
    """Read the policy of the log's own witnesses, and where they are: addresses parted by commas or spaces."""
    addresses = tuple(written.replace(",", " ").split())
    for address in addresses:
        try:
            must_be_address(address)
        except WrongUse as reason:
            wrong.append(f"ONRECORD_WITNESSES: {reason}")
    if addresses and not policy:
        wrong.append("ONRECORD_WITNESSES needs ONRECORD_POLICY, a file with the witnesses' vkeys and their quorum.")
    return Asking(policy=Path(policy), addresses=addresses) if policy else None


def _time_stamping(url: str, root: str, wrong: list[str]) -> TimeStamping | None:
    """Read where a time-stamping authority is, and the file of the root certificates trusted to stand behind it."""
    if url and not root:
        wrong.append("ONRECORD_TSA_URL needs ONRECORD_TSA_ROOT, a PEM file with the authority's root certificate.")
    if url and not is_web_address(url):
        wrong.append(f"ONRECORD_TSA_URL is {url!r}: write an address like https://tsa.example.com/.")
    return TimeStamping(url=url or None, root=Path(root)) if root else None
