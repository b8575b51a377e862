"""Speeds in RouterOS notation.

A rate-limit is rx/tx seen from the router: first the customer's UPLOAD, second the DOWNLOAD (network.md §3.3). The full form is
`rx/tx [burst-rx/tx] [threshold-rx/tx] [time-rx/tx in seconds] [priority 1-8] [min-rx/tx]`.
"""

from typing import Final

from malha.domain.access.types import PlanFacts

BLOCK_RATE: Final = "256k/256k"
DEFAULT_REDUCED_PERCENT: Final = 10
_DEFAULT_THRESHOLD_PERCENT: Final = 75
_DEFAULT_BURST_SECONDS: Final = 8
_DEFAULT_PRIORITY: Final = 8
_LOWEST_KBPS: Final = 64  # below this not even the page that says why loads


def rate_limit(plan: PlanFacts) -> str:
    """`50000k/100000k` for 100 down and 50 up; the full form when the plan has a burst, a priority or a guarantee."""
    up, down = plan.upload_kbps, plan.download_kbps
    parts = [_pair(up, down)]
    has_burst = plan.burst_upload_kbps is not None or plan.burst_download_kbps is not None
    has_tail = plan.priority != _DEFAULT_PRIORITY or bool(plan.guaranteed_percent)
    if has_burst:
        percent = plan.burst_threshold_percent or _DEFAULT_THRESHOLD_PERCENT
        seconds = plan.burst_seconds or _DEFAULT_BURST_SECONDS
        parts.append(_pair(plan.burst_upload_kbps or up, plan.burst_download_kbps or down))
        parts.append(_pair(_share(up, percent), _share(down, percent)))
        parts.append(f"{seconds}/{seconds}")
    elif has_tail:
        parts += ["0/0", "0/0", "0/0"]
    if has_tail:
        parts.append(str(plan.priority))
    if plan.guaranteed_percent:
        parts.append(_pair(_share(up, plan.guaranteed_percent), _share(down, plan.guaranteed_percent)))
    return " ".join(parts)


def reduced_rate_limit(plan: PlanFacts) -> str:
    """The plan's speed times its reduced percent, without burst, never below 64k."""
    percent = plan.reduced_percent or DEFAULT_REDUCED_PERCENT
    return _pair(max(_share(plan.upload_kbps, percent), _LOWEST_KBPS), max(_share(plan.download_kbps, percent), _LOWEST_KBPS))


def _share(kbps: int, percent: int) -> int:
    return kbps * percent // 100


def _pair(up: int, down: int) -> str:
    return f"{up}k/{down}k"
