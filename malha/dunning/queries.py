"""Reading the standard configuration."""

from malha.dunning.models import DunningPolicy


def default_policy() -> DunningPolicy:
    """The policy behind empty fields; the built-in defaults if the company has none yet."""
    return DunningPolicy.objects.filter(is_default=True).first() or DunningPolicy(name="", is_default=True)


def standard_days() -> tuple[int, int]:
    """Days to pendência and to bloqueio where a contract has none of its own."""
    policy = default_policy()
    return policy.days_to_pending, policy.days_to_block
