"""The operating system, native libraries, tables and downloads: what everything else stands on."""
