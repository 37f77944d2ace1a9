"""What the plots read: the recent past of every number, in memory."""
