"""What the plots read: the recent numbers of every target, in memory."""
