"""The program's own affairs: its log, its crash reports and its updates."""
