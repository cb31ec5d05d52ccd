"""What the launchers of all emulators share. Imported in an emulator's process: it knows the standard library alone."""
