"""The classifier in force, exchanged without a restart when another one is promoted."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from classify.model import Classification, Classifier, ReportText
from models.errors import FirstlineError, Misconfigured
from models.settings import Settings
from workers import modelstore

log = logging.getLogger(__name__)


class SwappingClassifier:
    """Implements `classify.model.Classifier`. Looks before each batch whether another model is in force, and loads it;
    where that fails, the one at hand goes on and the log says so, once for each model that fails. At a start that is
    the base model: a desk that takes mail is worth more than the model that it has trained."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._folder = modelstore.find(settings)
        self.failed: Path | None = None  # the folder of the last one that could not be loaded
        try:
            self._classifier = modelstore.load_classifier(settings)
        except Misconfigured:
            base = modelstore.current(modelstore.base_folder())
            if settings.model is not None or base is None or base == self._folder:
                raise
            self.failed, self._folder = self._folder, base
            self._classifier = modelstore.load(base)
            log.exception("the promoted classifier cannot be loaded; %s goes on", self._classifier.version)

    @property
    def version(self) -> str:
        return self._classifier.version

    @property
    def stands_in(self) -> bool:
        """True where this is not the classifier that was promoted, which is damaged or gone."""
        return modelstore.is_replaced(self._settings, self.failed)

    def classify(self, reports: Sequence[ReportText]) -> list[Classification]:
        """One classification a report, all of a batch by the same model."""
        return self._in_force().classify(reports)

    def _in_force(self) -> Classifier:
        with self._lock:
            try:
                folder = modelstore.find(self._settings)
                if folder is not None and folder not in (self._folder, self.failed):
                    self.failed = folder  # until it has been loaded
                    self._classifier = modelstore.load_classifier(self._settings)
                    self._folder, self.failed = folder, None
                    log.info("classifier_swapped", extra={"model": self._classifier.version})
            except (FirstlineError, OSError):
                log.exception("the promoted classifier cannot be loaded; %s goes on", self._classifier.version)
            return self._classifier
