"""The operating system, native libraries, and what they hand us: files, paths, streams, tables."""
