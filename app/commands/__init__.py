"""The commands of the command line, a file for each family; none is imported by anything but `app.cli`."""
