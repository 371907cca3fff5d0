"""One module a room; each holds a Blueprint named ``pages``, and is found by being here."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Blueprint


def found() -> list[Blueprint]:
    """Every room's pages, by name; a module without ``pages`` is a helper of its neighbours."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return [module.pages for module in modules if isinstance(getattr(module, "pages", None), Blueprint)]
