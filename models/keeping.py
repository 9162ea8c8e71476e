"""What the settings say of keeping: how long, and under which keys."""

from typing import Annotated

from pydantic import BaseModel, Field, SecretStr, field_validator

from models.sealing import Keyring

Days = Annotated[int | None, Field(ge=1, le=36_500)]


class Keeping(BaseModel):
    """The settings that say how long what is kept, in days since it came; None: for ever. `storage_key` are the keys
    that bodies are sealed by, one a line."""

    keep_raw_days: Days = None
    keep_recordings_days: Days = None
    keep_attachments_days: Days = None
    keep_transcripts_days: Days = None
    keep_texts_days: Days = None
    keep_training_days: Days = None
    storage_key: SecretStr | None = None

    @field_validator("storage_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and Keyring.read(value.get_secret_value()).current is None:
            raise ValueError("holds no key; write 32 random bytes in Base64, openssl rand -base64 32")
        return value
