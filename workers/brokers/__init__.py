"""Wake-ups between processes, through Redis, RabbitMQ or PostgreSQL. Every one of them may be lost."""
