# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A failing Python function's answer holds the exception's class, message and stack.

Lambda answers `{"errorMessage", "errorType", "requestId", "stackTrace"}`, and a module that cannot be imported is a
`Runtime.ImportModuleError`. MiniStack answers every failure as `Runtime.HandlerError` without a stack, so that Step
Functions cannot catch an exception by its name, nor a person read what happened from the answer.

https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import json
import threading
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

# In the worker: where a handler raised, and where its module could not be imported.
_RAISED = '"trace": traceback.format_exc()}'
_RAISED_WITH_CLASS = (
    '"trace": traceback.format_exc(), "failure": {"errorType": type(e).__name__,'
    ' "stackTrace": traceback.format_list(traceback.extract_tb(e.__traceback__)[1:])}}'
)
_NOT_READY = '_real_stdout.write(json.dumps({"status": "error", "error": str(e)}) + "\\n")'
_NOT_READY_WITH_CLASS = (
    '_real_stdout.write(json.dumps({"status": "error", "error": json.dumps({'
    '"errorType": "Runtime.ImportModuleError" if isinstance(e, ImportError) else type(e).__name__,'
    ' "errorMessage": f"Unable to import module {module_name!r}: {e}" if isinstance(e, ImportError) else str(e),'
    ' "stackTrace": [], "trace": traceback.format_exc()})}) + "\\n")'
)
_INIT_FAILED = "Worker init failed: "

# MiniStack makes the answer in the thread that called the worker, out of less than the worker said.
_last = threading.local()


def install() -> None:
    """Have workers report the class, and pass it on to the answer."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    for old, new in ((_RAISED, _RAISED_WITH_CLASS), (_NOT_READY, _NOT_READY_WITH_CLASS)):
        if script.count(old) != 1:
            raise RuntimeError("MiniStack's worker reports failures in another way than expected")
        script = script.replace(old, new)
    lambda_runtime._PYTHON_WORKER_SCRIPT = script

    invoke_worker = lambda_runtime.Worker.invoke
    execute = lambda_svc._execute_function_warm

    def invoke(worker: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            result = invoke_worker(worker, *args, **kwargs)
        except RuntimeError as error:
            result = _init_failure(str(error))
            if result is None:
                raise
        _last.failure = result.get("failure") if isinstance(result, dict) else None
        return result

    def execute_warm(func: dict[str, Any], event: Any, request_id: str) -> Any:
        _last.failure = None
        answer = execute(func, event, request_id)
        if answer.get("error") and _last.failure:
            answer["body"] = {**answer["body"], **_last.failure, "requestId": request_id}
        return answer

    lambda_runtime.Worker.invoke = invoke
    lambda_svc._execute_function_warm = execute_warm


def _init_failure(message: str) -> dict[str, Any] | None:
    """Turn the error of a worker whose module failed to load into a failed invocation."""
    try:
        failure = json.loads(message.removeprefix(_INIT_FAILED))
    except ValueError:
        return None
    trace = failure.pop("trace")
    return {"status": "error", "error": failure["errorMessage"], "trace": trace, "failure": failure, "log": ""}
