"""The breaker of an account: who does not answer is asked ever more rarely; who refuses us waits for a person."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import F

from malha.core import clock
from malha.core.due import backoff
from malha.gateways.base import ACCOUNT_CODES, GatewayFailure, TemporaryFailure
from malha.gateways.models import AccountHealth, GatewayAccount
from malha.gateways.services import texts

DEGRADED_AFTER = 3


def note(account: GatewayAccount, failures: Collection[GatewayFailure], *, answered: bool) -> None:
    """Keep what a round of calls said of the other side. `answered`: at least one call got a real answer."""
    mine = GatewayAccount.objects.filter(pk=account.pk)
    for failure in failures:
        if failure.code in ACCOUNT_CODES:
            mine.update(health=AccountHealth.STOPPED, health_words=texts.of(failure)[:500], failures=F("failures") + 1, retry_at=None)
            return
    if answered:
        mine.update(health=AccountHealth.ONLINE, health_words="", failures=0, retry_at=None, last_answer_at=clock.now())
        return
    if not failures:
        return
    mine.update(failures=F("failures") + 1)
    count = mine.values_list("failures", flat=True).first() or 1
    pauses = [one.retry_after for one in failures if isinstance(one, TemporaryFailure) and one.retry_after]
    pause = timedelta(seconds=max(pauses)) if pauses else backoff(count)
    health = {"health": AccountHealth.DEGRADED} if count >= DEGRADED_AFTER else {}
    mine.update(retry_at=clock.now() + pause, health_words=texts.of(next(iter(failures)))[:500], **health)


def may_be_asked(account: GatewayAccount) -> bool:
    """Not stopped, and no pause is running."""
    return account.health != AccountHealth.STOPPED and (account.retry_at is None or account.retry_at <= clock.now())
