"""The faults that the local cloud plays: the file that lists them, their schedule and their injection.

A fault is a failure that the local cloud imitates on purpose. To play a fault is to imitate that failure.
"""
