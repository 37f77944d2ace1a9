"""What goes next and what an answer means for it. Pure: no I/O, no clock."""
