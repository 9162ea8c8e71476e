"""The seam costs nothing to import: spaCy takes more than a second."""

import subprocess
import sys


def test_importing_the_seam_does_not_load_spacy() -> None:
    code = "import sys, classify.model; sys.exit('spacy' in sys.modules or 'numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
