"""The program's own affairs: its log, its crash reports, its updates and how it loads."""
