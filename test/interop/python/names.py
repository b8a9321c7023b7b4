"""Tells the public names of dividere: its classes, the classes in them, their methods and constants, and its messages.

The constructor goes without saying, and a name with an underscore in front is private.
"""

import inspect
from types import ModuleType

import dividere
import peer
from google.protobuf.message import Message


def members(path, owner):
    yield path
    for name, value in vars(owner).items():
        if name.startswith("_"):
            continue
        if inspect.isclass(value):
            yield from members(f"{path}.{name}", value)
        else:
            yield f"{path}.{name}"


def names():
    for module_name, module in vars(dividere).items():
        # The module of the messages is there twice; MsgLib is the name that users import.
        if not isinstance(module, ModuleType) or module_name.endswith("_pb2"):
            continue
        for name, value in vars(module).items():
            if not inspect.isclass(value) or name.startswith("_"):
                continue
            if issubclass(value, Message):
                yield f"{module_name}.{name}"
            elif value.__module__ == module.__name__:
                yield from members(f"{module_name}.{name}", value)


peer.ready()
peer.emit("names", names=list(names()))
for _ in peer.commands():
    pass
