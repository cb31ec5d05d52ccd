# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A function that does not use the SDK starts without it.

On Lambda nothing of the SDK is imported that the function does not import. MiniStack imports `botocore` into every
function before its module, only to add a header to the calls the function may make: that is most of a small
function's cold start, and hides what its own imports cost. Here the header is added when the function itself imports
`botocore`.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

from ministack.core import lambda_runtime

_CALL = "    _ms_install_invoke_depth()\n"
_DEFERRED = "    _ms_install_with_the_sdk()\n"

# Runs in the function's process, where `_ms_install_invoke_depth` is MiniStack's own.
_HOOK = '''
def _ms_install_with_the_sdk():
    import sys

    class Finder:
        """Adds the header when sessions can be made: each takes a copy of what is there then."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if name != "botocore.session":
                return None
            import importlib.util

            sys.meta_path.remove(Finder)
            spec = importlib.util.find_spec(name)
            if spec is not None and spec.loader is not None:
                load = spec.loader.exec_module

                def loaded(module):
                    load(module)
                    _ms_install_invoke_depth()

                spec.loader.exec_module = loaded
            return spec

    sys.meta_path.insert(0, Finder)
'''


def install() -> None:
    """Put the header off until it can be needed."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_CALL) != 1:
        raise RuntimeError("MiniStack's worker adds the header in another way than expected")
    lambda_runtime._PYTHON_WORKER_SCRIPT = _HOOK + script.replace(_CALL, _DEFERRED)
