"""The HTTP API under load: `python benchmarks/http_load.py --index index` (needs `wrk`).

A server with the limits out of the way answers different questions of the gold set, with passes
shared between clients and without (`api.gather_ms = 0`), to 1, 8 and 32 clients in turn. wrk runs
on the same machine and takes next to nothing of it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

GOLD = Path(__file__).parent.parent / "tests" / "gold" / "starter.jsonl"
_SCRIPT = """
local bodies = {%s}
local at = 0
request = function()
  at = at %% #bodies + 1
  return wrk.format("POST", "/api/ask", {["Content-Type"] = "application/json"}, bodies[at])
end
done = function(summary, latency, requests)
  io.write(string.format("RESULT %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), summary.errors.status))
end
"""


def main() -> None:
    """Measure, and print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=20, help="for each number of clients")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--serve", type=float, metavar="GATHER_MS", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve is not None:
        serve(given.index, given.port, given.serve)
        return
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "ask.lua")
        asked = [json.loads(line)["question"] for line in GOLD.read_text("utf-8").splitlines()]
        bodies = ", ".join(f"[==[{json.dumps({'question': each})}]==]" for each in asked)
        script.write_text(_SCRIPT % bodies, encoding="utf-8")
        for gather in (0, 5):
            measure(given, script, gather)


def measure(given: argparse.Namespace, script: Path, gather: float) -> None:
    """Start a server, load it, and print what came of it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = [sys.executable, __file__, "--index", str(given.index)]
    server = subprocess.Popen([*own, "--serve", str(gather), "--port", str(port)])
    try:
        url = f"http://127.0.0.1:{port}"
        _until_ready(url)
        for clients in given.clients:
            command = ["wrk", "-t1", f"-c{clients}", f"-d{given.seconds}s", "--timeout", "60s"]
            before = _cpu(server.pid)
            said = subprocess.run(
                [*command, "-s", str(script), url], capture_output=True, text=True, check=True
            ).stdout
            requests, lasted, half, most, errors = map(
                int, re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", said).groups()
            )
            print(
                json.dumps(
                    {
                        "gather_ms": gather,
                        "clients": clients,
                        "requests": requests,
                        "per_second": round(requests / lasted * 1e6, 2),
                        "per_cpu_second": round(requests / (_cpu(server.pid) - before), 2),
                        "p50_ms": round(half / 1000),
                        "p95_ms": round(most / 1000),
                        "errors": errors,
                        "peak_mb": _peak(server.pid),
                    }
                ),
                flush=True,
            )
    finally:
        server.terminate()
        server.wait()


def serve(index: Path, port: int, gather: float) -> None:
    """Serve the API alone."""
    import uvicorn
    from fastapi import FastAPI

    from strategy_qa.api import api_routes
    from strategy_qa.qa import StrategyQA
    from strategy_qa.settings import ApiSettings, Settings

    settings = ApiSettings(per_minute=10**9, waiting=1_000, waiting_each=1_000, gather_ms=gather)
    qa = StrategyQA.open(settings=Settings(index=index, api=settings))
    qa.ask("How many jobs could automation affect?")
    app = FastAPI()
    app.include_router(api_routes(qa, settings))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def _until_ready(url: str) -> None:
    for _ in range(1_200):
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1024) if found else 0


if __name__ == "__main__":
    main()
