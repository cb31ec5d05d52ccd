"""Dependencies: what is asked for, what is locked, and the wheels that fit; `install` is the way in."""
