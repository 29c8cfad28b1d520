"""The published side: ready documents and tokens in Redis, so that a read is one round trip, and goes on when
PostgreSQL is away. Only the leading follower's process writes here, and whatever Redis loses is published again."""
