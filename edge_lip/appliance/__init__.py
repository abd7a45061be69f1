"""A device that reads lips by itself: its checks, its service, its watchdog."""
