"""What on this machine would keep the bridge from working, and the fix."""
