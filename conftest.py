"""A checkout loads the plugin that gives the suite its fixtures and options; pytest wants that said at the top."""

from importlib.util import find_spec

pytest_plugins = ["dicomsig.plugin"] if find_spec("dicomsig.plugin") else []
