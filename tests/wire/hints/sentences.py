"""Hints, word for word, that several tests expect."""

LINES = "write each value on a line of its own with its pin, for example "
NO_EQUALS = 'the line has no "=": write a value like v1=100 or begin the line with "#" if it is a comment'
KEPT = "if a number is meant, print the number alone"
INT_RANGE = "an int goes from -2147483648 to 2147483647: check the sensor, or the bench file"
