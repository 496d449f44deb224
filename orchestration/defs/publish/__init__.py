"""Making a finished build the served one."""
