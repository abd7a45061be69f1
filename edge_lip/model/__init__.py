"""The model file (flatbuffer and manifest), its verification, and the interpreters."""
