"""Found by Python at its start in every process of a chaos run, since this folder is first in their PYTHONPATH."""

import os

from tests.chaos import alterations

alterations.apply(os.environ.get("CHAOS", ""))
