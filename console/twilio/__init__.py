"""The webhooks that Twilio calls: the hotline's door."""
