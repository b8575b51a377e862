import pytest

from malha.network import registry
from malha.network.base import Driver


def test_every_driver_is_found_by_its_key() -> None:
    assert isinstance(registry.driver("mikrotik"), Driver)
    assert ("mikrotik", "MikroTik RouterOS") in registry.choices()
    assert all(driver.key == key for key, driver in registry.drivers().items())


def test_a_driver_that_was_uninstalled_is_named() -> None:
    with pytest.raises(registry.UnknownDriver):
        registry.driver("uninstalled")
