"""Serve the provider on a free loopback port, as the Pulumi engine starts its plugins."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from types import FrameType, ModuleType

_THREADS = 32
# The engine's own limit (sdk/go/common/util/rpcutil).
_LARGEST_MESSAGE = 400 * 1024 * 1024


def main() -> None:
    """Serve until the engine interrupts us; the port is the first line that we print."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    _leave_out_sdk()
    import grpc
    from pulumi.runtime.proto import provider_pb2_grpc

    from stackproof.embedded.provider.servicer import Provider

    server = grpc.server(
        ThreadPoolExecutor(_THREADS),
        options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(os.environ), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


def _leave_out_sdk() -> None:
    """Let the generated protocol be imported without the SDK around it, which takes longer."""
    found = find_spec("pulumi")
    if found is None or not found.submodule_search_locations:
        sys.exit("The Pulumi SDK for Python isn't installed where stackproof is.")
    root = Path(found.submodule_search_locations[0])
    for name, folder in (("pulumi", root), ("pulumi.runtime", root / "runtime")):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


def _end(number: int, frame: FrameType | None) -> None:
    # At once: the engine has its answers, and gRPC's threads would take a while to join.
    os._exit(0)


if __name__ == "__main__":
    main()
