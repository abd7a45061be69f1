"""One part of a model as a TFLite flatbuffer, and several as one."""
