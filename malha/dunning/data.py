"""What the services of this room take."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from malha.domain.late import DEFAULT_DAYS_NOTICE_TO_BLOCK, DEFAULT_DAYS_TO_BLOCK, DEFAULT_DAYS_TO_PENDING
from malha.domain.money import ZERO, Money
from malha.dunning.models import monday_to_thursday


@dataclass(frozen=True, kw_only=True)
class PolicyData:
    """The standard of pendência, bloqueio and trust as typed (domain.md §11). `days_to_reduce` None: there is no reduced step."""

    days_to_pending: int = DEFAULT_DAYS_TO_PENDING
    days_to_block: int = DEFAULT_DAYS_TO_BLOCK
    days_notice_to_block: int = DEFAULT_DAYS_NOTICE_TO_BLOCK
    is_automatic: bool = True
    allowed_weekdays: Sequence[int] = field(default_factory=monday_to_thursday)
    days_to_reduce: int | None = None
    minimum_debt: Money = ZERO
    release_on_payment: bool = True
    release_on_any_payment: bool = False
    release_grace_days: int = 1
    termination_after_days: int = 60
    trust_days: int = 3
    trust_uses: int = 1
    trust_window_days: int = 30
    trust_max_debt_days: int = 60
    silence_hours: int = 24


@dataclass(frozen=True, kw_only=True)
class NoticeTextsData:
    """Words and brand of the notice pages as typed. An empty text stands for the built-in one.

    `logo`: the bytes of a new picture, None keeps the one there is; `removes_logo` takes it away.
    """

    pending_title: str = ""
    pending_text: str = ""
    blocked_title: str = ""
    blocked_text: str = ""
    how_to_pay: str = ""
    whatsapp: str = ""
    brand_color: str = "#3446c6"
    logo: bytes | None = None
    removes_logo: bool = False
