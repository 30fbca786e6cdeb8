"""Steps that several operations share. Everything that writes takes an origin with the gate's pass."""
