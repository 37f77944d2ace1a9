"""A server on this computer that speaks the Blynk device API, for demos, classrooms and tests."""
