"""Every sentence for the user: codes and parameters in, text in the user's language out."""
