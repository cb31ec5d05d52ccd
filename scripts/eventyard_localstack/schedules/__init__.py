"""When schedules are due, and the calls they make."""
