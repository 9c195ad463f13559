"""What holds for every test."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("molang", deadline=None)  # a busy machine is no failure; speed is measured by benches
settings.load_profile("molang")
HERE = Path(__file__).parent
LONGEST = (
    HERE / "hil/test_prove_hub.py",
    HERE / "web/test_look.py",
    HERE / "hil/test_prove_indicator_tables.py",
    HERE / "hil/test_prove_orders.py",
    HERE / "hil/test_talk_page.py",
)
"""Files that take longest: begun first, so that nobody waits for one of them while the other processors idle."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path not in LONGEST)
