"""Topics that nobody had named: phrases that burst against their own history, merged into one topic with a label.

Public: `EmergentModel`, fed minute by minute with `Message`s, tells `Burst`s in a `Step`; `EmergentConfig` has every number.
"""

from processors.emergent.burst import Burst, Message, Step
from processors.emergent.config import EmergentConfig
from processors.emergent.model import EmergentModel

__all__ = ["Burst", "EmergentConfig", "EmergentModel", "Message", "Step"]
