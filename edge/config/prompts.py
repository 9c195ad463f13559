"""What this commune's own settings add to the prompts of the voice bank."""

from edge.config.cameras import rules_of
from edge.config.schema import Config
from edge.core.normalise_vi import Accent
from edge.core.voice_bank import Prompt, Read, prompts_of


def bank_prompts(config: Config, read: Read) -> tuple[Prompt, ...]:
    """Every prompt. Names are the hamlets, and the gauges, zones and choices that may fill the blanks of a template."""
    names = [hamlet.name for hamlet in config.hamlet]
    names += [gauge.name for gauge in config.gauge if gauge.template]
    names += [rule.name for camera in config.camera for rule in rules_of(camera) if rule.template]
    names += [words for template in config.template for blank in template.blank for words in blank.choices]
    return prompts_of(names, [template.text for template in config.template], Accent(config.speech.accent), read)
