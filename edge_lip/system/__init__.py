"""The operating system and other native libraries: files, paths, streams, signals, OpenCV."""
