"""Where pictures come from: video files, folders, cameras, streams. All give frames with a time."""
