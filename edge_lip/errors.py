"""The errors people see: one line that says what is wrong and what to do, and an exit code."""


class EdgeLipError(Exception):
    """Something the user can understand went wrong; the command ends with `exit_code`."""

    exit_code = 1


class UsageError(EdgeLipError):
    """The command was asked for something that can't be: the user has to ask differently."""

    exit_code = 2


class SourceError(EdgeLipError):
    """A video, folder or camera can't be read."""


class SinkError(EdgeLipError):
    """An output can't be opened, or can't deliver an event."""


class TriggerError(EdgeLipError):
    """What begins and ends utterances can't be listened to."""


class FaceError(EdgeLipError):
    """No face where one is needed, or no model to find it with."""


class ModelError(EdgeLipError):
    """A model file is missing, damaged, or not what it says it is."""


class InterpreterError(EdgeLipError):
    """No TFLite interpreter is installed, or the installed one can't run the model."""


class FetchError(EdgeLipError):
    """A download failed or did not have the expected checksum."""


class DataError(EdgeLipError):
    """A dataset, clip or alignment is missing or not in the expected layout."""


class RecipeError(UsageError):
    """A training recipe has an unknown key or an impossible value."""
