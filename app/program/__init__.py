"""What the program keeps about itself: its log, its crash reports and its updates."""
