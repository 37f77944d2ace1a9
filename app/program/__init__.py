"""What the program keeps about itself: its folders, its log, its crash reports and its updates."""
