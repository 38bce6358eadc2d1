#!/usr/bin/env python3
"""A dicomsig adapter in Python: replace `judge` by a call of your product. Only the standard library is used.

It is used like this: dicomsig verifier --adapter 'python3 adapter.py'
"""

import json
import subprocess
import sys

PRODUCT = {
    "name": "Example Viewer",
    "version": "1.0",
    "operations": ["verify"],
    "axes": ["integrity", "structure", "trust", "time"],
    "honours": ["trust"],
}
COMMAND = sys.argv[1:] or ["dicomsig"]  # here the product is `dicomsig verify`, started once a file


def judge(path: str, trust: list[str]) -> dict:
    """What the product says of one file. Put your product here."""
    options = [word for anchor in trust for word in ("--trust", anchor)]
    done = subprocess.run([*COMMAND, "verify", path, *options], capture_output=True, text=True, check=False)
    rows = []
    for line in done.stdout.splitlines():
        _, place, _, integrity, structure, trusted, time, reasons, number = line.split("\t")
        if integrity in ("unsigned", "unreadable"):
            return {"verdict": integrity}
        rows.append(
            {
                "place": place,
                "number": int(number),
                "integrity": integrity,
                "structure": structure,
                "trust": trusted,
                "time": time,
                "reasons": [] if reasons == "-" else reasons.split(","),
            }
        )
    if not rows:
        return {"error": f"no verdict, exit code {done.returncode}"}
    return {"signatures": rows}


def answer(request: dict) -> dict:
    """The answer to one request, without its id."""
    if request["op"] == "describe":
        return PRODUCT
    if request["op"] == "verify":
        return judge(request["path"], request["trust"])
    return {"unsupported": "only describe and verify"}


def main() -> None:
    """One line in, one line out, until the input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        try:
            said = answer(request)
        except Exception as error:  # an error is an answer; a traceback would be a crash
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"id": request["id"], **said}), flush=True)


if __name__ == "__main__":
    main()
