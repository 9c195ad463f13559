"""What can go wrong with a model or another fetched asset. Messages are for people, in Vietnamese, whole sentences."""


class ModelError(Exception):
    """The root of every error raised by this package."""


class AssetMissingError(ModelError):
    """No source could give the file; the message lists each source with its reason."""


class BadHashError(ModelError):
    """A source gave a file whose size or sha256 is not the pinned one; the message names all three."""


class BadManifestError(ModelError):
    """A manifest is incomplete, has an unknown key, or offers what this project refuses."""


class RefusedCheckpointError(ModelError):
    """A checkpoint holds a name, an opcode or a size outside the admitted ones; nothing of it was run."""


class UnsupportedGraphError(ModelError):
    """A checkpoint is well formed but is not the network that the converter knows."""


class BadModelError(ModelError):
    """A model file does not load, or its inputs and outputs are not the expected ones."""


class BadDataError(ModelError):
    """Pictures or annotations to judge a model by are missing or wrong; the message names the file and the fault."""


class ExportError(ModelError):
    """The export environment is not there, or what ran in it did not end well; the message gives its last words."""


class VoiceError(ModelError):
    """A voice could not speak this text: no engine, no sound, or no answer within its deadline."""


class TextNotInBankError(VoiceError):
    """Nobody recorded these words: the text's doing, not the voice's. `missing` names them."""

    def __init__(self, sentence: str, missing: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.missing = missing
