"""Alarms: a value has left the limits that the bench file gives its datastream."""
