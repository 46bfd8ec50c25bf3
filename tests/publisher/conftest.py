"""What the tests of a release share."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.tools.support import Ended


@pytest.fixture
def publish(ended) -> Callable[..., Ended]:
    """The command `publish` within this process."""
    return partial(ended, "publish")
